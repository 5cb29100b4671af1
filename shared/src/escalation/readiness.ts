import type { DutySpan } from '../organisation/on-duty.ts';
import { dutySpans } from '../organisation/on-duty.ts';
import type { Contact, ContactRole, Department, DepartmentKind } from '../organisation/organisation.ts';
import { CONTACT_ROLES } from '../organisation/organisation.ts';
import type { RosterEntry } from '../organisation/roster.ts';
import type { FeedbackKind, Policy } from '../ticket/policy.ts';
import { FEEDBACK_KINDS } from '../ticket/policy.ts';
import type { CallOutcome } from '../ticket/ticket.ts';
import type { Duration, Instant } from '../time.ts';
import { HOUR } from '../time.ts';

/** Something that would make a ladder fail tonight, found before it is needed. [E7] */
export type Finding =
  /** Nobody is on duty for this role in [from, until), a span of the coming day. */
  | {
      readonly kind: 'gap';
      readonly departmentId: string;
      readonly role: ContactRole;
      readonly from: Instant;
      readonly until: Instant;
    }
  /** The ladder rings this role, and the department has nobody for it. */
  | { readonly kind: 'no-contact'; readonly departmentId: string; readonly role: ContactRole }
  | {
      readonly kind: 'no-number';
      readonly departmentId: string;
      readonly role: ContactRole;
      readonly contactId: string;
    }
  /** No line but the manual one reaches him now. */
  | { readonly kind: 'no-line'; readonly departmentId: string; readonly role: ContactRole; readonly contactId: string }
  /** His last test call, or his last call at all, found a wrong number or nobody. */
  | {
      readonly kind: 'not-reached';
      readonly departmentId: string;
      readonly role: ContactRole;
      readonly contactId: string;
      readonly at: Instant;
      readonly outcome: CallOutcome;
    }
  | { readonly kind: 'line-down'; readonly line: string; readonly since: Instant; readonly detail: string };

/** The newest call to somebody, test or not, that says whether he can be reached. */
export interface LastReached {
  readonly contactId: string;
  readonly at: Instant;
  readonly outcome: CallOutcome;
}

/** One way to ring people, as it stands now. */
export interface LineStatus {
  readonly id: string;
  readonly state: 'up' | 'down';
  readonly since: Instant;
  /** A word for operators, such as `not-registered` or `http-503`; empty while up. */
  readonly detail: string;
  readonly channels: number;
  readonly inUse: number;
}

/** The kind of department whose people the ladder of a hop rings. [E1] */
export const RUNG_DEPARTMENT: Readonly<Record<FeedbackKind, DepartmentKind>> = {
  'centre-not-taken': 'repair-centre',
  'centre-not-dispatched': 'repair-centre',
  'crew-not-accepted': 'crew',
  'crew-not-departed': 'crew',
  'promise-at-risk': 'crew',
};

/** A span in which a ladder would ring for this role and find nobody. */
export type Gap = Omit<Extract<Finding, { kind: 'gap' }>, 'kind'>;

/** Everybody who may be rung, and by which rules. */
export interface Ladders {
  /** Those out of service are left alone. */
  readonly departments: readonly Department[];
  readonly contacts: readonly Contact[];
  readonly roster: readonly RosterEntry[];
  readonly timeZone: string;
  readonly policy: Pick<Policy, 'ladder'>;
}

export interface ReadinessFacts extends Ladders {
  readonly lines: readonly LineStatus[];
  /** Whether a line other than the manual one would reach him now. */
  readonly canReach: (contactId: string) => boolean;
  readonly lastReached: readonly LastReached[];
  readonly now: Instant;
}

/**
 * How far ahead a ladder is looked over: every shift of a day begins once within it. Counted from the beginning of the
 * hour, so that what is found stays the same from one look to the next as long as nothing has changed.
 */
const COMING_DAY: Duration = 24 * HOUR;
/** The line of people who ring by hand; nothing of it can be down. */
const BY_HAND = 'manual';

/** One role of one department that some ladder rings, and who holds it. */
interface Place {
  readonly departmentId: string;
  readonly role: ContactRole;
  readonly spans: readonly DutySpan[];
  /** Nobody was ever entered for it. */
  readonly isEmpty: boolean;
}

/** All spans of [from, to) in which a ladder would find nobody, exact, in the order of departments and steps. [E7] */
export function gapsOf(ladders: Ladders, from: Instant, to: Instant): readonly Gap[] {
  return placesOf(ladders, from, to).flatMap(gapsIn);
}

/**
 * What would make a ladder fail within the coming day, the gravest first: lines, then roles without anybody, then
 * people who cannot be rung. A vehicle without a phone of its own is no finding: its ladder goes on at once. [E7]
 */
export function findingsOf(facts: ReadinessFacts): readonly Finding[] {
  const { now, lines } = facts;
  const hour = now - (now % HOUR);
  const places = placesOf(facts, hour, hour + HOUR + COMING_DAY).map((place) => ({
    ...place,
    spans: place.spans.filter(({ from, until }) => until > now && from < now + COMING_DAY),
  }));
  const down = lines.flatMap(({ id, state, since, detail }): Finding[] =>
    state === 'down' && id !== BY_HAND ? [{ kind: 'line-down', line: id, since, detail }] : [],
  );
  const empty = places
    .filter(({ isEmpty }) => isEmpty)
    .map(({ departmentId, role }): Finding => ({ kind: 'no-contact', departmentId, role }));
  const gaps = places
    .filter(({ isEmpty }) => !isEmpty)
    .flatMap(gapsIn)
    .sort((a, b) => a.from - b.from)
    .map((gap): Finding => ({ kind: 'gap', ...gap }));
  return [...down, ...empty, ...gaps, ...peopleFindings(places, facts)];
}

function placesOf({ departments, contacts, roster, timeZone, policy }: Ladders, from: Instant, to: Instant): Place[] {
  const contactsOf = Map.groupBy(contacts, ({ departmentId }) => departmentId);
  const entriesOf = Map.groupBy(roster, ({ departmentId }) => departmentId);
  return departments
    .filter(({ isActive }) => isActive)
    .flatMap(({ id, kind }) => {
      const own = { contacts: contactsOf.get(id) ?? [], entries: entriesOf.get(id) ?? [], timeZone };
      return rolesRung(policy, kind).map((role) => ({
        departmentId: id,
        role,
        spans: dutySpans(own, id, role, from, to),
        isEmpty: ![...own.contacts, ...own.entries].some((one) => one.role === role),
      }));
    });
}

/** The roles that the ladders of such a department ring; the phone of a vehicle is the vehicle's own matter. */
function rolesRung({ ladder }: Pick<Policy, 'ladder'>, departmentKind: DepartmentKind): readonly ContactRole[] {
  const kinds = FEEDBACK_KINDS.filter((kind) => RUNG_DEPARTMENT[kind] === departmentKind);
  const rung = new Set(kinds.flatMap((kind) => ladder.steps[kind].map(({ role }) => role)));
  return CONTACT_ROLES.filter((role) => role !== 'vehicle' && rung.has(role));
}

function gapsIn({ departmentId, role, spans }: Place): readonly Gap[] {
  return spans
    .filter(({ contactId }) => contactId === null)
    .map(({ from, until }) => ({ departmentId, role, from, until }));
}

type PersonFinding = Extract<Finding, { kind: 'no-number' | 'no-line' | 'not-reached' }>;

const PERSON_GRAVITY: Readonly<Record<PersonFinding['kind'], number>> = {
  'no-number': 0,
  'not-reached': 1,
  'no-line': 2,
};

function peopleFindings(places: readonly Place[], facts: ReadinessFacts): readonly Finding[] {
  const phones = new Map(facts.contacts.map(({ id, phone }) => [id, phone]));
  const newest = newestOf(facts.lastReached);
  // Where people ring by hand on purpose, or no line works at all, it is not this person whom it is about.
  const hasLine = facts.lines.some(({ id, state }) => id !== BY_HAND && state === 'up');
  const findings = places.flatMap(({ departmentId, role, spans }) => {
    const rung = new Set(spans.flatMap(({ contactId }) => contactId ?? []));
    return [...rung].flatMap((contactId): PersonFinding[] => {
      const place = { departmentId, role, contactId };
      if (phones.get(contactId) === '') return [{ kind: 'no-number', ...place }];
      const last = newest.get(contactId);
      const found: PersonFinding[] = [];
      if (last && NOBODY_THERE.has(last.outcome)) {
        found.push({ kind: 'not-reached', ...place, at: last.at, outcome: last.outcome });
      }
      // Who comes on duty later may still switch his phone on.
      const isOnNow = spans[0]?.contactId === contactId;
      if (isOnNow && hasLine && !facts.canReach(contactId)) found.push({ kind: 'no-line', ...place });
      return found;
    });
  });
  return findings.sort((a, b) => PERSON_GRAVITY[a.kind] - PERSON_GRAVITY[b.kind]);
}

/** Outcomes after which nobody knows whether he would have picked up; who declines or is talking is there. */
const NOBODY_THERE: ReadonlySet<CallOutcome> = new Set<CallOutcome>(['wrong-number', 'no-answer', 'no-key', 'failed']);

function newestOf(reached: readonly LastReached[]): ReadonlyMap<string, LastReached> {
  const newest = new Map<string, LastReached>();
  for (const one of reached) {
    const known = newest.get(one.contactId);
    if (!known || known.at < one.at) newest.set(one.contactId, one);
  }
  return newest;
}
