import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { SAMPLE_DISTRICT } from '@faultline/server/src/organisation/sample-data.ts';
import type { CallRow } from '@faultline/server/src/store/call-store.ts';
import type { ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { CallAttempt, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import { escalationStatusSchema } from '@faultline/shared/wire/escalation.ts';
import { boardSchema, contactsAnswerSchema, ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { OpenBody, PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import { auditCalls, unended } from './call-audit.ts';
import { connectConsole } from './console-client.ts';
import type { Ledger } from './ledger.ts';
import { auditFiles, createLedger } from './ledger.ts';

/** From a dispatch to its ladder. [E1] */
const SILENCE = 4 * MINUTE;

/** The people of the demo's desks, and what they see of a ladder. */
export interface SipDesks {
  /** A ticket from paper that lies with the crew; its ladder begins at this moment, which may have passed. [T7] [E1] */
  silentTicket(crewId: string, ladderAt: Instant): Promise<Ticket>;
  /** What the crew's repair centre decides. Resolves with the server's answer. */
  act(ticket: Ticket, action: PersonalAction): Promise<void>;
  read(ticketId: string): Promise<Ticket>;
  /** The ticket as soon as it is so. */
  until(ticketId: string, holds: (ticket: Ticket) => boolean): Promise<Ticket>;
  /** The attempt of this index, counted over all of the ticket's ladders, as soon as it has come to an end. */
  ended(ticketId: string, index: number): Promise<CallAttempt | undefined>;
  /** Asks for a test call, and resolves when it has been placed. [E7] */
  testCall(contactId: string): Promise<void>;
  /** The lines as a screen shows them, as soon as they are so. */
  untilStatus(holds: (status: EscalationStatus) => boolean): Promise<EscalationStatus>;
  /** Resolves when no line has a call up. The end of a call's row is announced to nobody, so it is asked for. */
  untilQuiet(): Promise<void>;
  /** What is dialled for somebody of this department. */
  numberOf(departmentId: string, role: ContactRole): Promise<string>;
  /** Departments that are dispatched to. */
  crews(): readonly string[];
  /** What these desks were told, for the audit of the files. */
  readonly ledger: Ledger;
  close(): void;
}

export function attemptsOf({ feedbacks }: Ticket): readonly CallAttempt[] {
  return feedbacks.flatMap(({ attempts }) => attempts);
}

export function isAccepted({ legs }: Ticket): boolean {
  return legs[0]?.F != null;
}

export async function openSipDesks(url: string): Promise<SipDesks> {
  const ledger = createLedger();
  const ask = async (path: string, cookie: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(new URL(path, url), {
      headers: { origin: url, 'content-type': 'application/json', cookie },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const signIn = async (login: string): Promise<string> => {
    const answer = await ask('/api/demo/session', '', { login });
    return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  };
  const lead = await signIn('lead');
  const centres: Readonly<Record<string, string>> = {
    'centre-inner': await signIn('centre1'),
    'centre-chaoyang': await signIn('centre2'),
  };
  const board = boardSchema.parse(await (await ask('/api/board', lead)).json());
  const changed = new EventEmitter().setMaxListeners(100);
  let status: EscalationStatus | null = null;
  const socket = connectConsole(url, { cookie: lead, origin: url });
  socket.on('events', () => changed.emit('tickets'));
  socket.on('escalation', (newest) => {
    status = newest;
    changed.emit('status');
  });
  // A server that is stopped says goodbye, and after that the socket does not come back by itself.
  socket.on('disconnect', (why) => {
    if (why === 'io server disconnect') socket.connect();
  });
  if (!socket.connected) await new Promise<void>((resolve) => socket.once('connect', resolve));

  const read = async (ticketId: string): Promise<Ticket> =>
    ticketAnswerSchema.parse(await (await ask(`/api/tickets/${ticketId}`, lead)).json()).ticket;

  const until: SipDesks['until'] = async (ticketId, holds) => {
    for (;;) {
      const next = once(changed, 'tickets');
      const ticket = await read(ticketId);
      if (holds(ticket)) return ticket;
      await next;
    }
  };

  return {
    ledger,
    read,
    until,
    async ended(ticketId, index) {
      const isOver = (ticket: Ticket): boolean => attemptsOf(ticket)[index]?.outcome != null;
      return attemptsOf(await until(ticketId, isOver))[index];
    },
    async testCall(contactId) {
      await ask('/api/escalation/test-calls', lead, { contactId });
    },
    crews: () => board.departments.flatMap(({ id, kind }) => (kind === 'crew' ? [id] : [])),
    async silentTicket(crewId, ladderAt) {
      const crew = board.departments.find(({ id }) => id === crewId);
      const vehicle = board.vehicles.find((one) => one.crewId === crewId);
      if (!crew?.centreId || !vehicle) throw new Error(`nobody can be sent to ${crewId}`);
      const no = ledger.openings.size + 1;
      const body = openingOf({ no, centreId: crew.centreId, crewId, vehicleId: vehicle.id, ladderAt });
      // The audit finds a ticket's opening by its fault.
      ledger.openings.set(body.faultText, body);
      const answer = commandAnswerSchema.parse(await (await ask('/api/tickets', lead, body)).json());
      ledger.answers.set(body.commandId, answer);
      return read(answer.ticketId);
    },
    async act({ id, issues }, action) {
      const body = { commandId: randomUUID(), expectedRevision: null, action };
      const cookie = centres[issues.at(-1)?.centreId ?? ''] ?? '';
      const answer = await ask(`/api/tickets/${id}/commands`, cookie, body);
      ledger.answers.set(body.commandId, commandAnswerSchema.parse(await answer.json()));
    },
    async untilStatus(holds) {
      for (;;) {
        if (status && holds(status)) return status;
        await once(changed, 'status');
      }
    },
    async untilQuiet() {
      for (;;) {
        const { lines } = escalationStatusSchema.parse(await (await ask('/api/escalation/status', lead)).json());
        if (lines.every(({ inUse }) => inUse === 0)) return;
      }
    },
    async numberOf(departmentId, role) {
      const answer = await ask(`/api/contacts/${departmentId}`, lead);
      const { contacts } = contactsAnswerSchema.parse(await answer.json());
      const phone = contacts.find((contact) => contact.role === role)?.phone;
      if (!phone) throw new Error(`${departmentId} has nobody for ${role}`);
      return phone;
    },
    close: () => void socket.disconnect(),
  };
}

function openingOf(parts: {
  readonly no: number;
  readonly centreId: string;
  readonly crewId: string;
  readonly vehicleId: string;
  readonly ladderAt: Instant;
}): OpenBody {
  const { no, centreId, crewId, vehicleId } = parts;
  const at = parts.ladderAt - SILENCE;
  return {
    commandId: randomUUID(),
    areaClass: 'urban',
    place: { lon: 116.4035, lat: 39.9085, street: '前门东大街', area: '东城区' },
    faultClass: 'low-voltage',
    faultText: `${no} 号楼整栋停电`,
    caller: { name: '演示客户', phone: '00000000199', address: '2 单元 501', note: '' },
    paper: {
      at: at - 30 * SECOND,
      steps: [
        { point: 'B', at: at - 20 * SECOND, centreId },
        { point: 'C', at: at - 10 * SECOND },
        { point: 'D', at, crewId, vehicleId },
      ],
    },
  };
}

/** What the files of a server say against themselves, or against what its desks were told. */
export async function auditBooks(
  dataDir: string,
  { ledger }: Pick<SipDesks, 'ledger'>,
): Promise<{
  readonly problems: readonly string[];
  /** What has not come to an end; nothing, once every phone is silent. */
  readonly unended: readonly string[];
  readonly calls: readonly CallRow[];
}> {
  const files = await auditFiles(dataDir, ledger, { ids: new Set(), startedAt: 0 });
  const { calls, problems } = await auditCalls(dataDir, SAMPLE_DISTRICT.id, files.tickets);
  return { problems: [...files.problems, ...problems], unended: unended(calls, files.tickets), calls };
}
