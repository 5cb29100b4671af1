import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECOND } from '@faultline/shared/time.ts';
import { afterEach, expect, it } from 'vitest';
import type { ServerProcess } from '../../support/process.ts';
import { startServerProcess } from '../../support/process.ts';
import { attemptsOf, auditBooks, isAccepted, openSipDesks } from '../../support/sip-desks.ts';
import { startSipExchange } from '../../support/sip-exchange.ts';
import { sipEnvironment } from '../../support/sip-house.ts';
import { startBaresipPhone, startSippPhone } from '../../support/sip-programs.ts';
import { IS_CANCELLED, IS_HUNG_UP_ON, LIFTS, RINGS } from '../../support/sip-scenario.ts';
import { openSipEar } from '../../support/sip-sound.ts';

const CREW = 'crew-qianmen';
const DUTY = `contact-${CREW}-duty`;
/** The kernel tells the phone program at once; the phone that the test plays takes a moment to end. */
const SILENT_WITHIN = 3 * SECOND;

let closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** The phone program that runs for the line now. */
function programIn(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'sip', 'line-1', 'pid'), 'utf8'));
}

function isAlive(program: number): boolean {
  try {
    return process.kill(program, 0);
  } catch {
    return false;
  }
}

it.each(['kill', 'stop'] as const)(
  '[E6] a %s of the server silences the telephone that rings, and the next server rings it again',
  (how) => endAndGoOn(how, 'rings'),
);

it('[E6] a kill of the server hangs up on who is spoken to, and the next server rings him again', () =>
  endAndGoOn('kill', 'speaks'));

async function endAndGoOn(how: 'kill' | 'stop', stage: 'rings' | 'speaks'): Promise<void> {
  const exchange = await startSipExchange();
  closing.push(exchange.close);
  const dataDir = mkdtempSync(join(tmpdir(), 'faultline-sip-kill-'));
  closing.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const heard = await openSipEar();
  closing.push(heard.close);
  // Below the ports that outgoing connections get, so that nobody takes it between the two starts.
  const options = { dataDir, port: 10_000 + (process.pid % 10_000), environment: sipEnvironment(exchange) };
  let server: ServerProcess = await startServerProcess(options);
  closing.push(() => server.kill());
  const desks = await openSipDesks(server.url);
  closing.push(desks.close);
  const number = await desks.numberOf(CREW, 'duty');

  const steps = stage === 'rings' ? [...RINGS, ...IS_CANCELLED] : [...RINGS, ...LIFTS, ...IS_HUNG_UP_ON];
  const cutOff = await startSippPhone(steps, { audioPorts: [heard.port] });
  closing.push(cutOff.stop);
  exchange.route(number, cutOff.port);
  const { id } = await desks.silentTicket(CREW, Date.now());
  await (stage === 'rings' ? exchange.rung(number, 0) : heard.hears(1));
  const program = programIn(dataDir);
  expect(isAlive(program)).toBe(true);
  const endedAtMs = Date.now();
  await server[how]();
  await cutOff.done;
  expect(Date.now() - endedAtMs).toBeLessThan(SILENT_WITHIN);
  const left = await auditBooks(dataDir, desks);
  expect(left.problems).toEqual([]);
  expect(left.calls).toMatchObject([{ callee: { contactId: DUTY }, endedAt: null, outcome: null }]);

  const other = await startBaresipPhone(number);
  closing.push(other.stop);
  exchange.route(number, other.port);
  server = await startServerProcess(options);
  await other.next('CALL_ESTABLISHED');
  expect(isAlive(program), 'nobody is left behind').toBe(false);
  await other.command('sndcode', '1');
  const accepted = await desks.until(id, isAccepted);
  expect(accepted.legs[0]?.F).toMatchObject({ evidence: 'declared-by-phone' });
  expect(attemptsOf(accepted)).toMatchObject([
    { contactId: DUTY, outcome: 'lost', code: 'restart' },
    { contactId: DUTY, outcome: 'acknowledged', pressed: '1', endedBy: { kind: 'phone', id: DUTY } },
  ]);
  await other.command('hangup');
  await desks.untilQuiet();
  expect(await server.stop()).toBe(0);
  const { problems, unended, calls } = await auditBooks(dataDir, desks);
  expect(problems).toEqual([]);
  expect(unended).toEqual([]);
  expect(calls).toHaveLength(2);
  expect(exchange.calls()).toHaveLength(2);
}
