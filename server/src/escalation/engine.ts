import type { CallPlan, DueCall } from '@faultline/shared/escalation/plan.ts';
import { LONGEST_WAIT, planCalls } from '@faultline/shared/escalation/plan.ts';
import { isPhone } from '@faultline/shared/organisation/organisation.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import type { Committed, Dispatcher } from '../dispatcher.ts';
import type { Directory } from '../organisation/directory.ts';
import type { CallStore } from '../store/call-store.ts';
import type { JournalStore } from '../store/store.ts';
import { createAllowance } from './allowance.ts';
import { answerKey } from './answer-key.ts';
import { createDutyFinder } from './callee.ts';
import type { DueHop, EmptyStep } from './due-hops.ts';
import { dueHop, isDue } from './due-hops.ts';
import type { OpenLadder } from './ladder-book.ts';
import { createLadderBook, hopId } from './ladder-book.ts';
import type { LiveCall } from './live-call.ts';
import { createLoop } from './loop.ts';
import { MANUAL_LINE, manualLine } from './manual-line.ts';
import type { PhoneLine } from './phone-line.ts';
import { createScribe } from './scribe.ts';
import { stopRinging } from './stopped-calls.ts';
import type { Switchboard } from './switchboard.ts';
import { createSwitchboard } from './switchboard.ts';
import { createTeller } from './teller.ts';
import type { TestRefusal } from './test-call.ts';
import { calledBy, placeTestCall } from './test-call.ts';

/** So many tickets are spoken in one call; more would not be listened to. [E5] */
const MOST_PER_CALL = 12;
/** From the first ring to the end of the last word, for the expected wait of those behind. */
const TYPICAL_CALL: Duration = 45 * SECOND;
/** What is due and could not be placed is looked at again this soon, whatever stood in the way. */
const LOOK_AGAIN: Duration = 5 * SECOND;
const SYSTEM: Actor = { kind: 'system' };

export interface Escalation {
  /** Goes on with the calls of an earlier run, then rings whatever is due. A line that fails to start is told and left. */
  start(): Promise<void>;
  /** Whether the calls of an earlier run are known again. */
  readonly isStarted: () => boolean;
  /** Resolves when nothing is being written any more; what is up is left to the next start. */
  stop(): Promise<void>;
  /** Rings somebody to see whether he can be reached; about no ticket. [E7] */
  testCall(contactId: string): Promise<Outcome<{ callId: string; line: string }, TestRefusal>>;
  /** What waited before the lines when the engine last looked. */
  waiting(
    district: string,
  ): readonly { readonly ticketId: string; readonly key: string; readonly expectedWait: Duration }[];
  /** Calls under way by line. */
  inUse(lineId: string): number;
  canReach(contactId: string): boolean;
  /** The first line that would ring him now. */
  lineFor(contactId: string): string;
  onChanged(listener: () => void): void;
  stats(): { readonly open: number; readonly lateKeys: number };
}

export interface EscalationParts {
  readonly store: Pick<JournalStore, 'openTickets'>;
  readonly calls: CallStore;
  readonly directory: Directory;
  readonly dispatcher: Dispatcher;
  /** In the order in which they are tried; the manual one comes behind them by itself. */
  readonly lines: readonly PhoneLine[];
  readonly clock: Clock;
  readonly newId: () => string;
  /** Calls to one number in a day, by lines that cost; beyond it a person decides. */
  readonly mostPerNumberAndDay: number;
  readonly onFault: (error: unknown) => void;
}

/** What the engine is made of; a simulation puts a faulty part in its place, to see that it would be found. */
export interface EscalationMakers {
  readonly switchboard: typeof createSwitchboard;
  readonly scribe: typeof createScribe;
  readonly loop: typeof createLoop;
}

const OWN_PARTS: EscalationMakers = { switchboard: createSwitchboard, scribe: createScribe, loop: createLoop };

/**
 * Rings for every hop that lies still until a human takes it. The journal says where each ladder stands; this looks at
 * all that are due, plans, and lets the switchboard ring. Nothing is remembered here that a crash could lose. [E3] [E6]
 */
export function createEscalation(parts: EscalationParts, make: EscalationMakers = OWN_PARTS): Escalation {
  const { directory, dispatcher, clock, onFault } = parts;
  const automatic = parts.lines;
  const lines: ReadonlyMap<string, PhoneLine> = new Map([...automatic, manualLine].map((line) => [line.id, line]));
  const book = createLadderBook(directory.policies);
  const scribe = make.scribe(dispatcher, (ticket) => book.apply(ticket));
  const allowance = createAllowance(parts);
  const listeners: (() => void)[] = [];
  let plan: CallPlan = { calls: [], waiting: [], byHand: [], nextAt: null };
  let lateKeys = 0;
  let isStopped = false;
  /** Tickets that were committed while the open ones are being read: what was read of them is old. */
  let movedOn: Set<string> | null = new Set();
  /** How many hops wait for a number, the ones in its call included; told in the opening. [E5] */
  let demand: ReadonlyMap<string, number> = new Map();

  const teller = createTeller({ directory, clock, waitingFor: (phone) => demand.get(phone) ?? 0 });
  const switchboard: Switchboard = make.switchboard({
    calls: parts.calls,
    book,
    scribe,
    teller,
    clock,
    newId: parts.newId,
    onKey: (live, key) => answerKey(live, key, { switchboard, scribe, teller, book }),
    onChanged: () => look(),
    onLateKey: () => {
      lateKeys += 1;
    },
    onFault,
  });

  const inUse = (lineId: string): number => [...switchboard.live()].filter(({ line }) => line.id === lineId).length;
  const ringing = (): readonly LiveCall[] => [...switchboard.live()].filter(({ line }) => line.id !== MANUAL_LINE);
  const loadOf = ({ id, channels, startsPerSecond }: PhoneLine) => ({
    id,
    channels,
    inUse: inUse(id),
    startsPerSecond,
    startedAt: switchboard.startsOf(id),
  });

  const pass = async (): Promise<void> => {
    const now = clock.now();
    const ladders = [...book.all()];
    const { all, throwFirst } = together();
    await all(ladders.map((open) => setRight(open)).flatMap((work) => work ?? []));
    const duty = createDutyFinder(directory, now);
    const found = await all(
      ladders.filter((open) => isDue(open, now)).map((open) => dueHop(open, { duty, lines: automatic, allowance })),
    );
    await all(found.flatMap((one) => (one?.what === 'nobody' ? [skip(one)] : [])));
    const due = found.flatMap((one) => (one?.what === 'call' ? [one] : []));
    await all(ringAll(due, now));
    throwFirst();
  };

  /** What the journal does not say yet: a spent round, or that a call under way is none any more. [E6] [E7] */
  const setRight = ({ ticket, feedback, ladder, live, policy }: OpenLadder): Promise<void> | null => {
    if (live !== null && live.callId !== null && switchboard.find(live.callId) === null) {
      const call = { id: live.callId, district: ticket.report.district };
      const end = { outcome: 'lost', pressed: null, code: 'restart', by: SYSTEM } as const;
      return scribe.end(call, [{ ticketId: ticket.id, key: feedback.key }], end);
    }
    // A policy that rings nobody for this kind has asked for a person from the beginning; nothing was tried in vain.
    if (policy.steps[feedback.kind].length === 0) return null;
    const spent = ladder.state === 'exhausted' ? ladder.round : ladder.round - 1;
    return feedback.spentRounds < spent ? scribe.spend(ticket, feedback.key, spent) : null;
  };

  const skip = ({ open: { ticket, feedback }, meant: { step, callee, because } }: EmptyStep): Promise<void> => {
    const { key, attempts } = feedback;
    return scribe.skip(ticket, { key, callId: parts.newId(), attemptNo: attempts.length + 1, step, callee }, because);
  };

  const ringAll = (due: readonly DueHop[], now: Instant): readonly Promise<void>[] => {
    const byId = new Map(due.map((one) => [one.open.id, one]));
    const find = ({ ticketId, key }: DueCall): readonly DueHop[] => {
      const one = byId.get(hopId(ticketId, key));
      return one ? [one] : [];
    };
    const spoken = ringing().flatMap(({ row, openHops }) => [...openHops].map(() => row.phone));
    demand = countBy([...due.map(({ call }) => call.phone), ...spoken]);
    plan = planCalls({
      due: due.map(({ call }) => call),
      busyPhones: new Set(ringing().map(({ row }) => row.phone)),
      lines: automatic.map(loadOf),
      mostPerCall: MOST_PER_CALL,
      typicalCall: TYPICAL_CALL,
      now,
    });
    const late = plan.waiting.filter(({ expectedWait }) => expectedWait > LONGEST_WAIT).map(({ hop }) => hop);
    return [
      ...plan.calls.map(({ line, hops }) => ring(lines.get(line) ?? manualLine, hops.flatMap(find))),
      ...[...plan.byHand, ...late].flatMap(find).map(ringByHand),
    ];
  };

  const ring = async (line: PhoneLine, due: readonly DueHop[]): Promise<void> => {
    const first = due[0];
    if (!first) return;
    const { callee, person, rung } = first.meant;
    allowance.rung(person.phone);
    // A call and its log belong to one district; the same number in another one is rung next.
    const own = due.filter(({ meant }) => meant.person.district === person.district);
    await switchboard.place({
      purpose: 'ladder',
      callee,
      person,
      line,
      hops: own.map(({ open, meant: { step, callee: hopCallee } }) => ({ open, step, callee: hopCallee })),
      ringFor: rung.ringSec * SECOND,
      talkFor: first.open.policy.talkSec * SECOND,
    });
  };

  const ringByHand = async ({ open, meant: { step, callee, person } }: DueHop): Promise<void> => {
    if (open.live !== null) return;
    await switchboard.place({
      purpose: 'ladder',
      callee,
      person,
      line: manualLine,
      hops: [{ open, step, callee }],
      ringFor: open.policy.manualSec * SECOND,
      talkFor: 0,
    });
  };

  const nextDueAt = (now: Instant): Instant | null => {
    let next = plan.nextAt;
    for (const { ladder } of book.all()) {
      if (ladder.dueAt === null) continue;
      const at = ladder.dueAt > now ? ladder.dueAt : now + LOOK_AGAIN;
      next = Math.min(next ?? at, at);
    }
    return next;
  };

  const follow = (committed: Committed): void => {
    if (isStopped) return;
    const { before, after } = committed;
    movedOn?.add(after.id);
    book.apply(after);
    stopRinging(committed, { switchboard, teller, book });
    if ([...(before?.feedbacks ?? []), ...after.feedbacks].some(({ ended }) => ended === null)) look();
  };

  const loop = make.loop({
    clock,
    pass,
    nextDueAt,
    onFault,
    onLooked: () => {
      for (const listener of listeners) listener();
    },
  });
  const look = (): void => loop.look();

  dispatcher.onCommitted(follow);
  for (const line of automatic) {
    line.onEvent((event) => (event.type === 'changed' ? look() : switchboard.hear(line, event)));
  }

  const readBook = async (): Promise<void> => {
    for (const { id } of directory.districts()) {
      for (const ticket of await parts.store.openTickets(id)) takeUp(ticket);
    }
    movedOn = null;
  };

  /** A ticket that cannot be understood is told, and stops no other. */
  const takeUp = (ticket: Ticket): void => {
    if (movedOn?.has(ticket.id)) return;
    try {
      book.apply(ticket);
    } catch (error) {
      onFault(error);
    }
  };

  const startLine = async (line: PhoneLine): Promise<void> => {
    try {
      await line.start();
    } catch (error) {
      onFault(error);
    }
  };

  const lineTo = (contactId: string): PhoneLine | null => {
    const called = calledBy(contactId, directory);
    if (called === null || !isPhone(called.contact.phone)) return null;
    return automatic.find((line) => line.canReach(called.person)) ?? null;
  };

  let isStarted = false;
  return {
    isStarted: () => isStarted,
    async start() {
      await readBook();
      await Promise.all(automatic.map(startLine));
      await switchboard.adopt(lines);
      isStarted = true;
      loop.start();
    },
    async stop() {
      isStopped = true;
      await loop.stop();
      await switchboard.stop();
      const closed = await Promise.allSettled(automatic.map((line) => line.close()));
      for (const one of closed) if (one.status === 'rejected') onFault(one.reason);
    },
    testCall: (contactId) =>
      placeTestCall(contactId, { directory, lines: automatic, allowance, switchboard, loadOf, now: clock.now() }),
    waiting: (district) =>
      plan.waiting.flatMap(({ hop: { ticketId, key }, expectedWait }) =>
        book.find(ticketId, key)?.ticket.report.district === district ? [{ ticketId, key, expectedWait }] : [],
      ),
    inUse,
    canReach: (contactId) => lineTo(contactId) !== null,
    lineFor: (contactId) => lineTo(contactId)?.id ?? MANUAL_LINE,
    onChanged(listener) {
      listeners.push(listener);
    },
    stats: () => ({ open: book.size, lateKeys }),
  };
}

/** Works side by side; one that fails takes no other with it, and is told when all have been tried. */
function together(): {
  all<Value>(works: readonly Promise<Value>[]): Promise<readonly Value[]>;
  throwFirst(): void;
} {
  const failures: unknown[] = [];
  return {
    async all(works) {
      const settled = await Promise.allSettled(works);
      return settled.flatMap((one) => {
        if (one.status === 'fulfilled') return [one.value];
        failures.push(one.reason);
        return [];
      });
    },
    throwFirst() {
      if (failures.length > 0) throw failures[0];
    },
  };
}

function countBy(phones: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const phone of phones) counts.set(phone, (counts.get(phone) ?? 0) + 1);
  return counts;
}
