/**
 * A server reduced to its telephone line, in a process of its own, so that a test can kill it: it rings a number and
 * tells on its output what the line tells. Arguments: the exchange's port, the number.
 */

import { startSipExchange } from './sip-exchange.ts';
import { openSipRoom } from './sip-room.ts';

const [port = '', number = ''] = process.argv.slice(2);
const unused = await startSipExchange();
const { line, call } = await openSipRoom({ server: `127.0.0.1:${port}` }, { exchange: unused });
line.onEvent(({ type }) => process.stdout.write(`${type}\n`));
await line.place(call('one', number));
