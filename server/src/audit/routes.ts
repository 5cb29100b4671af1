import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { maySee } from '@faultline/shared/access/access.ts';
import type { LateHop } from '@faultline/shared/audit/late-hops.ts';
import { lateHopsOf, segmentFiguresOf } from '@faultline/shared/audit/late-hops.ts';
import type { Department } from '@faultline/shared/organisation/organisation.ts';
import { policyOfVersion } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR } from '@faultline/shared/time.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import { journalCheckSchema, lateHopsAnswerSchema, lateHopsQuerySchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import type { Clock } from '../clock.ts';
import type { Directory } from '../organisation/directory.ts';
import type { JournalStore } from '../store/store.ts';

/** A supervisor who names no time looks at the last day. */
const DEFAULT_SPAN: Duration = 24 * HOUR;
/** Tickets judged in one answer; a district of several thousand calls a day fits a day. */
const MAX_TICKETS = 20_000;
const PAGE = 500;

const answers = { '4xx': refusalSchema, '5xx': refusalSchema };

/** What supervisors ask of the journal. */
export const auditRoutes: FastifyPluginCallbackZod<{
  readonly store: JournalStore;
  readonly directory: Directory;
  readonly clock: Clock;
}> = (app, { store, directory, clock }, done) => {
  app.get(
    '/api/late-hops',
    {
      config: { access: 'late-hops.read' },
      schema: {
        summary: 'Late hops: which segment, by how much, whose, and what it did to the promise',
        tags: ['audit'],
        querystring: lateHopsQuerySchema,
        response: { 200: lateHopsAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { segment, departmentId, areaClass, limit } = request.query;
      const now = clock.now();
      const to = request.query.to ?? now + 1;
      const from = request.query.from ?? to - DEFAULT_SPAN;
      const policies = directory.policies(viewer.district);
      const department = departmentId === undefined ? null : directory.department(departmentId);
      const found = await ticketsBetween(store, viewer.district, { from, to });
      const tickets = found.tickets.filter(
        (ticket) => maySee(viewer, ticket) && (areaClass === undefined || ticket.report.areaClass === areaClass),
      );
      const hops = tickets
        .flatMap((ticket) => lateHopsOf(ticket, policyOfVersion(policies, ticket.policyVersion), now))
        .filter((hop) => segment === undefined || hop.segments.includes(segment))
        .filter((hop) => departmentId === undefined || (department !== null && concerns(hop, department)))
        .sort((a, b) => b.overspend - a.overspend);
      return reply.send({
        from,
        to,
        ticketCount: tickets.length,
        isTruncated: found.isTruncated,
        hopCount: hops.length,
        hops: hops.slice(0, limit).map((hop) => ({ ...hop, segments: [...hop.segments] })),
        figures: [...segmentFiguresOf(tickets, policies, now)],
      });
    },
  );

  app.get(
    '/api/journal/check',
    {
      config: { access: 'journal.check' },
      schema: {
        summary: "Walk the journal's hash chain and name every altered or missing row",
        tags: ['audit'],
        response: { 200: journalCheckSchema, ...answers },
      },
    },
    async (request, reply) => {
      const { district } = viewerOf(request);
      const findings = await store.checkChain(district);
      return reply.send({ head: await store.head(district), checkedAt: clock.now(), findings: [...findings] });
    },
  );
  done();
};

/** Read page by page, so that whoever waits for the server goes first. */
async function ticketsBetween(
  store: JournalStore,
  district: string,
  span: { readonly from: Instant; readonly to: Instant },
): Promise<{ readonly tickets: readonly Ticket[]; readonly isTruncated: boolean }> {
  const tickets: Ticket[] = [];
  while (tickets.length < MAX_TICKETS) {
    const page = await store.search(district, { text: '', state: 'all', limit: PAGE, offset: tickets.length, ...span });
    tickets.push(...page);
    if (page.length < PAGE) return { tickets, isTruncated: false };
    await setImmediatePromise();
  }
  return { tickets, isTruncated: true };
}

/** Whoever owned the hop or is charged with it; the service centre is its district's only one. */
function concerns({ party, chargedTo }: LateHop, department: Pick<Department, 'id' | 'kind'>): boolean {
  return [party, chargedTo].some((side) => {
    if (side === null || side.kind === 'network') return false;
    return side.kind === 'service-centre' ? department.kind === side.kind : side.departmentId === department.id;
  });
}
