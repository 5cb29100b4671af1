import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Random } from '../../access/tokens.ts';
import type { Clock } from '../../clock.ts';
import { hostAndPort } from './sip-settings.ts';

/** `null` when the exchange is there; otherwise a word for operators. */
export type ProbeResult = string | null;

const ANSWERS_WITHIN: Duration = 3 * SECOND;
/** Datagrams get lost; the question is asked again after these times. */
const ASKED_AGAIN_AFTER: readonly Duration[] = [500, 1_500];
const STATUS_LINE = /^SIP\/2\.0 (?<status>\d{3}) /;
/** Refusing the question is an answer; only these say that calls would fare no better. */
const DOWN_STATUS = new Set(['408', '500', '502', '503', '504']);

export interface ProbeParts {
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
  readonly listen: string;
  readonly user: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Asks whether the exchange is there, beside the calls: by OPTIONS (RFC 3261, section 11), over TCP by connecting. */
export function probe(parts: ProbeParts): Promise<ProbeResult> {
  return parts.transport === 'udp' ? probeByOptions(parts) : probeByConnecting(parts);
}

function probeByOptions({ server, listen, user, clock, random }: ProbeParts): Promise<ProbeResult> {
  const { host, port } = hostAndPort(server);
  const socket = createSocket(listen.includes(':') ? 'udp6' : 'udp4');
  const disarms: (() => void)[] = [];
  return new Promise<ProbeResult>((resolve) => {
    socket.once('error', () => resolve('unreachable'));
    socket.on('message', (message) => {
      const status = STATUS_LINE.exec(message.toString('latin1'))?.groups?.['status'];
      // Any provisional answer proves that somebody is there, too.
      if (status !== undefined) resolve(DOWN_STATUS.has(status) ? `sip-${status}` : null);
    });
    socket.bind(0, listen, () => {
      // A connected socket hears that nobody listens at the port.
      socket.connect(port, host);
    });
    socket.once('connect', () => {
      const question = optionsRequest({ server, user, random, from: socket.address() });
      const ask = (): void => socket.send(question, () => undefined);
      ask();
      for (const after of ASKED_AGAIN_AFTER) disarms.push(clock.at(clock.now() + after, ask));
    });
    disarms.push(clock.at(clock.now() + ANSWERS_WITHIN, () => resolve('no-response')));
  }).finally(() => {
    for (const disarm of disarms) disarm();
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    socket.close();
  });
}

function optionsRequest(parts: {
  readonly server: string;
  readonly user: string;
  readonly random: Random;
  readonly from: { readonly address: string; readonly port: number };
}): string {
  const { server, user, from } = parts;
  const here = `${from.address}:${from.port}`;
  const chance = (): string => parts.random(8).toString('hex');
  return [
    `OPTIONS sip:${server} SIP/2.0`,
    `Via: SIP/2.0/UDP ${here};branch=z9hG4bK${chance()};rport`,
    'Max-Forwards: 70',
    `From: <sip:${user}@${server}>;tag=${chance()}`,
    `To: <sip:${server}>`,
    `Call-ID: ${chance()}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:${user}@${here}>`,
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function probeByConnecting({ server, clock }: ProbeParts): Promise<ProbeResult> {
  const { host, port } = hostAndPort(server);
  const socket = connect(port, host);
  let disarm = (): void => {};
  return new Promise<ProbeResult>((resolve) => {
    socket.once('error', () => resolve('unreachable'));
    socket.once('connect', () => resolve(null));
    disarm = clock.at(clock.now() + ANSWERS_WITHIN, () => resolve('no-response'));
  }).finally(() => {
    disarm();
    socket.on('error', () => undefined);
    socket.destroy();
  });
}
