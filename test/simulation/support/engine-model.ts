import type { PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import type { Ladder } from '@faultline/shared/escalation/ladder.ts';
import { nextRung } from '@faultline/shared/escalation/ladder.ts';
import type { DueCall, LineLoad } from '@faultline/shared/escalation/plan.ts';
import { LONGEST_WAIT } from '@faultline/shared/escalation/plan.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { liveAttemptOf, openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor, CallAttempt, Callee, CallOutcome, Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { CallRules } from './call-rules.ts';
import type { Phones } from './phone-model.ts';
import { PHONE_LINES } from './phone-model.ts';
import { personOf } from './roster-model.ts';
import type { Answer } from './server-model.ts';

/** A machine that dies at this very point, between two of its steps. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface EngineParts {
  readonly rules: CallRules;
  readonly phones: Phones;
  tickets(): readonly Ticket[];
  now(): Instant;
  submit(ticketId: string, commands: readonly TicketCommand[], by: Actor): Answer;
  /** @throws Crash now and then. */
  risk(): void;
  wakeAt(moment: Instant): void;
}

/** The engine in small: what it knows is memory; what must survive stands in the tickets. */
export interface Engine {
  /** Does everything that is to be done now. */
  pass(): void;
  hear(event: PhoneLineEvent): void;
  restart(): void;
  /** What is due and waits for a channel, a start or its number. */
  waiting(): ReadonlySet<string>;
}

interface Hop {
  readonly ticketId: string;
  readonly key: string;
}

/** A call as the engine remembers it. */
interface LiveCall {
  readonly callId: string;
  readonly phone: string;
  readonly line: string;
  hops: readonly Hop[];
  /** When it is given up: first the ringing, then the talk. */
  until: Instant;
  isAnswered: boolean;
}

interface Entry extends Hop {
  readonly ticket: Ticket;
  readonly feedback: Feedback;
}

interface Meant {
  readonly callee: Callee;
  readonly phone: string;
  readonly step: number;
  readonly ringSec: number;
}

/** A hop whose next call is due, and whom it means. */
interface Due {
  readonly entry: Entry;
  readonly meant: Meant;
}

const CLOCK: Actor = { kind: 'system' };
const { ladder: LADDER } = FIRST_POLICY;
const TYPICAL_CALL = 40 * SECOND;
const MOST_PER_CALL = 3;
/** A department without anybody is passed over step by step; more than a round of it in one pass is a loop. */
const MOST_TURNS = 60;

export function createEngine(parts: EngineParts): Engine {
  const { rules, phones } = parts;
  const { engine: habits } = rules;
  let calls = new Map<string, LiveCall>();
  const past = new Map<string, LiveCall>();
  let starts: { readonly line: string; readonly at: Instant }[] = [];
  let waiting = new Set<string>();
  let callCount = 0;

  /** A feedback is never changed, only replaced, so its ladder is climbed once. */
  const ladders = new WeakMap<Feedback, Ladder>();
  const ladderOf = (feedback: Feedback): Ladder => {
    const ladder = ladders.get(feedback) ?? rules.ladderOf(feedback, LADDER);
    ladders.set(feedback, ladder);
    return ladder;
  };
  const entries = (of: (ticket: Ticket) => readonly Feedback[]): readonly Entry[] =>
    parts
      .tickets()
      .flatMap((ticket) =>
        of(ticket).map((feedback) => ({ ticketId: ticket.id, key: feedback.key, ticket, feedback })),
      );
  const open = () => entries(openFeedbacks);

  const submit = (ticketId: string, command: TicketCommand, by: Actor = CLOCK): Answer => {
    parts.risk();
    return parts.submit(ticketId, [command], by);
  };
  const endHop = (
    { ticketId, key }: Hop,
    callId: string,
    outcome: CallOutcome,
    pressed: string | null = null,
  ): void => {
    submit(ticketId, { type: 'end-call', key, callId, outcome, pressed, code: '', note: '' });
  };
  /** Silence first: what is not written yet is found lost at the next start. */
  const endCall = (call: LiveCall, outcome: CallOutcome, pressed: string | null = null): void => {
    phones.silence(call.callId);
    for (const hop of call.hops) endHop(hop, call.callId, outcome, pressed);
    forget(call);
  };
  const forget = (call: LiveCall): void => {
    calls.delete(call.callId);
    if (!habits.forgetsEndedCalls) past.set(call.callId, call);
  };

  const endWhatIsOver = (): boolean => {
    let hasActed = false;
    for (const { ticketId, key, feedback } of entries(({ feedbacks }) => feedbacks)) {
      const live = liveAttemptOf(feedback);
      if (!live?.callId) continue;
      const isOver = feedback.ended !== null && habits.silencesWhatIsOver;
      const isTaken = habits.silencesWhatIsHeld && live.line !== 'manual' && isHeld(feedback, parts.now());
      if (!isOver && !isTaken) continue;
      const call = calls.get(live.callId);
      if (call) call.hops = call.hops.filter((hop) => hop.ticketId !== ticketId || hop.key !== key);
      if (call?.hops.length === 0) endCall(call, 'cancelled');
      endHop({ ticketId, key }, live.callId, 'cancelled');
      hasActed = true;
    }
    return hasActed;
  };

  const giveUp = (): boolean => {
    const now = parts.now();
    const late = habits.givesUpRinging ? [...calls.values()].filter(({ until }) => until <= now) : [];
    for (const call of late) endCall(call, call.isAnswered ? 'no-key' : 'no-answer');
    const asked = habits.givesUpAsking ? open().filter(({ feedback }) => manualUntil(feedback) <= now) : [];
    for (const { ticketId, key, feedback } of asked) {
      endHop({ ticketId, key }, liveAttemptOf(feedback)?.callId ?? '', 'no-answer');
    }
    return late.length + asked.length > 0;
  };

  const tellSpent = (): boolean => {
    if (!habits.tellsSpentRounds) return false;
    const spent = open().filter(({ feedback }) => {
      const { state, round } = ladderOf(feedback);
      return state === 'exhausted' && feedback.spentRounds < round;
    });
    for (const { ticketId, key, feedback } of spent) {
      submit(ticketId, { type: 'spend-ladder', key, round: ladderOf(feedback).round });
    }
    return spent.length > 0;
  };

  const meantBy = ({ ticket, feedback }: Entry): Meant | null => {
    const { step } = nextRung(ladderOf(feedback));
    const rung = LADDER.steps[feedback.kind][step];
    if (!rung) return null;
    const vehicleId = ticket.legs.find(({ no }) => no === feedback.legNo)?.vehicleId ?? null;
    const person = personOf({ departmentId: feedback.departmentId, role: rung.role, vehicleId }, parts.now());
    const who = { contactId: person?.contactId ?? '', contactName: '', number: '', foundBy: null };
    return { callee: { ...who, contactRole: rung.role }, phone: person?.phone ?? '', step, ringSec: rung.ringSec };
  };
  const placeOn = (entry: Entry, meant: Meant, callId: string, line: string): boolean => {
    const { ticketId, key, feedback } = entry;
    const attemptNo = feedback.attempts.length + 1;
    const { step, callee } = meant;
    return submit(ticketId, { type: 'place-call', key, callId, attemptNo, step, callee, line, text: '' }).ok;
  };

  /** A due hop without anybody to ring goes on at once, and its journal says why. */
  const passOver = (due: readonly Due[]): boolean => {
    const nobody = habits.passesOverNobody ? due.filter(({ meant }) => meant.phone === '') : [];
    for (const { entry, meant } of nobody) {
      const callId = nextId();
      if (!placeOn(entry, meant, callId, 'none')) continue;
      endHop(entry, callId, meant.callee.contactId === '' ? 'nobody-on-duty' : 'no-number');
    }
    return nobody.length > 0;
  };
  const nextId = (): string => {
    callCount += 1;
    return `call-${parts.now()}-${callCount}`;
  };

  /** Also whoever is asked to ring by hand: when a line can do it now, the phone rings instead. */
  const dueNow = (): readonly Due[] => {
    const now = parts.now();
    return open().flatMap((entry) => {
      const live = liveAttemptOf(entry.feedback);
      const { dueAt } = ladderOf(entry.feedback);
      const isDue =
        live === null ? dueAt !== null && dueAt <= now : live.line === 'manual' && !isHeld(entry.feedback, now);
      const meant = isDue ? meantBy(entry) : null;
      return meant ? [{ entry, meant }] : [];
    });
  };
  const loads = (): readonly LineLoad[] =>
    PHONE_LINES.map(({ id, channels, startsPerSecond }) => ({
      id,
      channels,
      startsPerSecond,
      inUse: [...calls.values()].filter(({ line }) => line === id).length,
      startedAt: starts.filter(({ line }) => line === id).map(({ at }) => at),
    }));

  const place = (): boolean => {
    const now = parts.now();
    const due = dueNow();
    if (passOver(due.filter(({ entry }) => liveAttemptOf(entry.feedback) === null))) return true;
    const byId = new Map(due.filter(({ meant }) => meant.phone !== '').map((each) => [idOf(each.entry), each]));
    const plan = rules.planCalls({
      due: [...byId.values()].map(dueCallOf),
      busyPhones: new Set([...calls.values()].map(({ phone }) => phone)),
      lines: loads(),
      mostPerCall: MOST_PER_CALL,
      typicalCall: TYPICAL_CALL,
      now,
    });
    waiting = new Set(plan.waiting.map(({ hop }) => idOf(hop)));
    if (plan.nextAt !== null) parts.wakeAt(plan.nextAt);
    const long = plan.waiting.filter(({ expectedWait }) => expectedWait > LONGEST_WAIT).map(({ hop }) => hop);
    const byHand = habits.asksByHand ? [...plan.byHand, ...long] : [];
    let hasActed = false;
    for (const hop of byHand) hasActed = ask(byId.get(idOf(hop))) || hasActed;
    for (const { line, hops } of plan.calls)
      ring(
        line,
        hops.flatMap((hop) => byId.get(idOf(hop)) ?? []),
      );
    return hasActed || plan.calls.length > 0;
  };
  const dueCallOf = ({ entry: { ticketId, key, feedback }, meant }: Due): DueCall => {
    const { phone, callee } = meant;
    const { dueAt, failedLines } = ladderOf(feedback);
    const lines = PHONE_LINES.filter(({ id }) => phones.isUp(id) && !failedLines.includes(id)).map(({ id }) => id);
    const since = dueAt ?? liveAttemptOf(feedback)?.at ?? parts.now();
    return { ticketId, key, dueAt: since, phone, contactId: callee.contactId, lines };
  };
  const ask = (due: Due | undefined): boolean =>
    due !== undefined &&
    liveAttemptOf(due.entry.feedback) === null &&
    placeOn(due.entry, due.meant, nextId(), 'manual');

  const ring = (line: string, due: readonly Due[]): void => {
    const first = due[0];
    if (!first) return;
    const { phone, ringSec } = first.meant;
    const callId = nextId();
    if (!habits.writesBeforeItRings) phones.place(callId, line, phone);
    const hops: Hop[] = [];
    for (const { entry, meant } of due) {
      const asked = liveAttemptOf(entry.feedback);
      if (asked?.callId) endHop(entry, asked.callId, 'cancelled');
      if (placeOn(entry, meant, callId, line)) hops.push({ ticketId: entry.ticketId, key: entry.key });
    }
    const call = { callId, phone, line, hops, until: parts.now() + ringSec * SECOND, isAnswered: false };
    calls.set(callId, call);
    starts = [...starts.filter(({ at }) => at > parts.now() - SECOND), { line, at: parts.now() }];
    parts.risk();
    const isTaken = !habits.writesBeforeItRings || phones.place(callId, line, phone);
    if (!isTaken) endCall(call, 'line-down');
  };

  /** Sleeps until the first moment at which something is to be done. */
  const arm = (): void => {
    const moments = [...calls.values()].map(({ until }) => until);
    for (const { feedback } of open()) {
      moments.push(manualUntil(feedback), ladderOf(feedback).dueAt ?? Number.POSITIVE_INFINITY);
    }
    const next = Math.min(...moments.filter((moment) => moment > parts.now()));
    if (Number.isFinite(next)) parts.wakeAt(next);
  };

  const answerKey = (call: LiveCall, key: string): void => {
    const word = rules.wordOfKey(key);
    if (word === 'no') endCall(call, 'refused', key);
    if (word !== 'yes') return;
    for (const hop of call.hops) sayYes(call, hop, key);
    phones.silence(call.callId);
    forget(call);
  };
  /** A yes covers what was spoken in this call, each hop for whom it meant: one phone may be a chief's and a duty's. */
  const sayYes = ({ callId }: LiveCall, hop: Hop, key: string): void => {
    const feedback = open().find((entry) => entry.ticketId === hop.ticketId && entry.key === hop.key)?.feedback;
    const attempt = feedback?.attempts.find((candidate) => candidate.callId === callId);
    if (feedback && attempt) sayYesTo(hop.ticketId, feedback, attempt);
    endHop(hop, callId, feedback ? 'acknowledged' : 'cancelled', key);
  };
  const sayYesTo = (ticketId: string, { kind, departmentId, legNo }: Feedback, attempt: CallAttempt): void => {
    const by: Actor = { kind: 'phone', id: attempt.contactId, departmentId };
    const time = { how: 'now', evidence: 'declared-by-phone' } as const;
    const yes = rules.yesOf(kind, attempt.contactRole);
    if (yes === 'takes') submit(ticketId, { type: 'take', time }, by);
    if (yes === 'accepts') submit(ticketId, { type: 'accept', legNo: legNo ?? 0, time }, by);
  };

  const pass = (): void => {
    for (let turns = 0; turns < MOST_TURNS; turns += 1) {
      const hasActed = endWhatIsOver() || giveUp() || tellSpent() || place();
      if (!hasActed) return arm();
    }
    throw new Error('the engine does not come to rest');
  };

  return {
    pass,
    hear(event) {
      if (event.type !== 'changed') {
        const call = calls.get(event.callId) ?? past.get(event.callId);
        if (call) hearOf(call, event);
      }
      pass();
    },
    restart() {
      phones.silenceAll();
      calls = new Map();
      starts = [];
      waiting = new Set();
      for (const { ticketId, key, feedback } of entries(({ feedbacks }) => feedbacks)) {
        const live = liveAttemptOf(feedback);
        if (!live?.callId || live.line === 'manual' || !habits.endsLostCalls) continue;
        endHop({ ticketId, key }, live.callId, 'lost');
      }
    },
    waiting: () => waiting,
  };

  function hearOf(call: LiveCall, event: Exclude<PhoneLineEvent, { type: 'changed' }>): void {
    switch (event.type) {
      case 'answered':
        if (call.isAnswered) return;
        call.isAnswered = true;
        call.until = parts.now() + LADDER.talkSec * SECOND;
        for (const { ticketId, key } of call.hops) submit(ticketId, { type: 'answer-call', key, callId: call.callId });
        return;
      case 'key':
        return answerKey(call, event.key);
      case 'ended':
        return endCall(call, rules.outcomeOf(event.cause));
      case 'ringing':
    }
  }
}

export function isHeld({ held }: Feedback, now: Instant): boolean {
  return held !== null && held.until > now;
}

function idOf({ ticketId, key }: Hop): string {
  return `${ticketId} ${key}`;
}

function manualUntil(feedback: Feedback): Instant {
  const live = liveAttemptOf(feedback);
  return live?.line === 'manual' ? live.at + LADDER.manualSec * SECOND : Number.POSITIVE_INFINITY;
}
