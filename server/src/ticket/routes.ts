import { mayCommand, mayReadCaller, maySee } from '@faultline/shared/access/access.ts';
import { redactRow, redactTicket } from '@faultline/shared/access/redact.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openIssue } from '@faultline/shared/ticket/ticket.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import {
  callerAnswerSchema,
  callerQuerySchema,
  searchAnswerSchema,
  searchQuerySchema,
  ticketAnswerSchema,
} from '@faultline/shared/wire/http.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { OpenBody, PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema, commandBodySchema, openBodySchema } from '@faultline/shared/wire/ticket.ts';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { viewerOf } from '../access/guard.ts';
import type { Viewer } from '../access/viewer.ts';
import { actorOf } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';
import type { Dispatcher, Preparation, Submission } from '../dispatcher.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from '../organisation/directory.ts';
import type { JournalStore } from '../store/store.ts';
import { dayOf, numberOf, ticketIdOf } from './numbering.ts';
import type { Facts } from './to-commands.ts';
import { toCommand, toOpening } from './to-commands.ts';

export interface TicketRouteParts {
  readonly store: JournalStore;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly facts: Facts;
  /** Writes down that personal data was read, before it is handed out. [A1] */
  readonly recordReading: (viewer: Viewer, ticketId: string, purpose: string) => Promise<void>;
}

const ticketParams = z.strictObject({ id: z.string().max(64) });
const answers = { '4xx': refusalSchema, '5xx': refusalSchema };

/** Opening, deciding on, and reading tickets. */
export const ticketRoutes: FastifyPluginCallbackZod<TicketRouteParts> = (app, parts, done) => {
  const { store } = parts;

  app.post(
    '/api/tickets',
    {
      config: { access: 'ticket.open' },
      schema: {
        summary: 'Open a ticket, or enter one that was taken on paper with its own times',
        tags: ['tickets'],
        body: openBodySchema,
        response: { 200: commandAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { body } = request;
      const { district } = viewer;
      return submit(parts.dispatcher, reply, {
        commandId: body.commandId,
        district,
        ticketId: ticketIdOf(district, body.commandId),
        commands: async () => prepareOpening(parts, viewer, body),
        by: actorOf(viewer),
        expectedRevision: null,
        fingerprint: JSON.stringify(body),
        ...(body.caller ? { caller: { id: callerIdOf(viewer.district, body), data: body.caller } } : {}),
      });
    },
  );

  app.post(
    '/api/tickets/:id/commands',
    {
      config: { access: 'ticket.read' },
      schema: {
        summary: 'Decide on a ticket: issue, take, dispatch, recall, return, record a call, …',
        tags: ['tickets'],
        params: ticketParams,
        body: commandBodySchema,
        response: { 200: commandAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { commandId, expectedRevision, action } = request.body;
      const ticket = await visibleTicket(store, viewer, request.params.id);
      if (!ticket) return sendRefusal(reply, { code: 'ticket-unknown' });
      return submit(parts.dispatcher, reply, {
        commandId,
        district: viewer.district,
        ticketId: ticket.id,
        commands: async (current) => prepareAction(parts, viewer, current ?? ticket, action),
        by: actorOf(viewer),
        expectedRevision,
        fingerprint: JSON.stringify(action),
      });
    },
  );

  app.get(
    '/api/tickets/:id',
    {
      config: { access: 'ticket.read' },
      schema: {
        summary: 'One ticket with its journal',
        tags: ['tickets'],
        params: ticketParams,
        response: { 200: ticketAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const ticket = await visibleTicket(store, viewer, request.params.id);
      if (!ticket) return sendRefusal(reply, { code: 'ticket-unknown' });
      const rows = await store.journalOf(ticket.id);
      const journal = rows.map((row) => redactRow(viewer, row, ticket));
      return reply.send({ ticket: redactTicket(viewer, ticket), journal, names: namesIn(rows, parts.facts) });
    },
  );

  app.get(
    '/api/tickets',
    {
      config: { access: 'ticket.search' },
      schema: {
        summary: 'Find tickets by number or street, the newest call first',
        tags: ['tickets'],
        querystring: searchQuerySchema,
        response: { 200: searchAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const found = await store.search(viewer.district, request.query);
      const tickets = found.filter((ticket) => maySee(viewer, ticket)).map((ticket) => redactTicket(viewer, ticket));
      return reply.send({ tickets });
    },
  );

  app.get(
    '/api/tickets/:id/caller',
    {
      config: { access: 'caller.read' },
      schema: {
        summary: 'The caller behind a ticket; every reading is recorded with its purpose',
        tags: ['tickets'],
        params: ticketParams,
        querystring: callerQuerySchema,
        response: { 200: callerAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const ticket = await visibleTicket(store, viewer, request.params.id);
      if (!ticket) return sendRefusal(reply, { code: 'ticket-unknown' });
      if (!mayReadCaller(viewer, ticket)) return sendRefusal(reply, { code: 'not-allowed' });
      await parts.recordReading(viewer, ticket.id, request.query.purpose);
      const { callerId } = ticket.report;
      return reply.send({ caller: callerId === null ? null : await store.caller(callerId) });
    },
  );

  done();
};

/** A number is taken only when the request names nothing unknown, and never for a repeated one. */
async function prepareOpening(parts: TicketRouteParts, viewer: Viewer, body: OpenBody): ReturnType<Preparation> {
  const { district } = viewer;
  const { areaClass, place, faultClass, faultText } = body;
  const callerId = body.caller ? callerIdOf(district, body) : null;
  const isFromPaper = body.paper !== undefined;
  const report = { number: '', district, areaClass, place, faultClass, faultText, callerId, isFromPaper };
  const opening = toOpening(body, report, { district, deviceId: viewer.id, speaker: viewer }, parts.facts);
  if (!opening.ok) return opening;
  const zone = parts.facts.directory.district(district)?.timeZone ?? 'UTC';
  const day = dayOf(parts.clock.now(), zone);
  const number = numberOf(day, await parts.store.nextNumber(district, day));
  return accept(
    opening.value.map((command) => (command.type === 'open' ? { ...command, report: { ...report, number } } : command)),
  );
}

/** The caller's data is found by the ticket, and the ticket by the command that opened it. */
function callerIdOf(district: string, { commandId }: OpenBody): string {
  return `c${ticketIdOf(district, commandId).slice(1)}`;
}

/** The right and the facts as they are when the ticket's turn has come. */
async function prepareAction(
  { facts }: TicketRouteParts,
  viewer: Viewer,
  ticket: Ticket,
  action: PersonalAction,
): ReturnType<Preparation> {
  if (!mayCommand(viewer, action.type, ticket)) return refuse({ code: 'not-allowed', action: action.type });
  const centreId = openIssue(ticket)?.centreId ?? null;
  const { district, id: deviceId } = viewer;
  const around = { district, centreId, place: ticket.report.place, deviceId, speaker: viewer };
  const command = toCommand(action, around, facts);
  return command.ok ? accept([command.value]) : command;
}

async function visibleTicket(store: JournalStore, viewer: Viewer, id: string): Promise<Ticket | null> {
  const ticket = await store.ticket(id);
  return ticket && ticket.report.district === viewer.district && maySee(viewer, ticket) ? ticket : null;
}

async function submit(dispatcher: Dispatcher, reply: FastifyReply, submission: Submission): Promise<FastifyReply> {
  const outcome = await dispatcher.submit(submission);
  return outcome.ok ? reply.send(outcome.value.answer) : sendRefusal(reply, outcome.refusal);
}

function nameOf(by: Exclude<Actor, { kind: 'system' }>, directory: Directory): string | undefined {
  switch (by.kind) {
    case 'person':
      return directory.user(by.id)?.name;
    case 'device':
      return directory.vehicle(by.id)?.callSign;
    case 'phone':
      return directory.contact(by.id)?.name;
  }
}

/** The names behind the actors of a journal, so that a reader sees who it was. */
function namesIn(rows: readonly JournalRow[], { directory }: Facts): Record<string, string> {
  const names: Record<string, string> = {};
  for (const row of rows) {
    if (row.kind === 'stub' || row.by.kind === 'system') continue;
    const { id } = row.by;
    const name = nameOf(row.by, directory);
    if (name !== undefined) names[id] = name;
  }
  return names;
}
