import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { liveAttemptOf, openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Reading } from './call-checks.ts';
import { checkPhones, checkSettled, checkTruth, checkWord, checkYes, readCall } from './call-checks.ts';
import { dispatch, handle } from './call-people.ts';
import type { CallRules } from './call-rules.ts';
import { Crash, createEngine } from './engine-model.ts';
import { checkWritten, hold } from './invariants.ts';
import type { Phones } from './phone-model.ts';
import { createPhones } from './phone-model.ts';
import type { Random } from './random.ts';
import { randomOf } from './random.ts';
import type { Schedule } from './schedule.ts';
import { createSchedule } from './schedule.ts';
import type { Answer, ServerModel } from './server-model.ts';
import { createServerModel } from './server-model.ts';

const START: Instant = 1_772_409_600_000;
/** Until here phones, lines, people and the machine fail; afterwards everybody answers and does his work. */
const TROUBLE_LASTS = 90 * MINUTE;
const LASTS = 4 * HOUR;
const TICKETS = ['ticket-1', 'ticket-2', 'ticket-3', 'ticket-4', 'ticket-5'];
const PERSON: Actor = { kind: 'person', id: 'person-1', role: 'lead', departmentId: null };

/** What a night brought, so that a test can see that it was not a quiet one. */
export interface CallCourse {
  readonly types: Set<string>;
  readonly outcomes: Set<string>;
  /** Tickets that were taken or accepted by a key. */
  yes: number;
  calls: number;
  shared: number;
  byHand: number;
  crashes: number;
  rounds: number;
}

export interface CallWorld {
  readonly random: Random;
  readonly schedule: Schedule;
  readonly server: ServerModel;
  readonly phones: Phones;
  isUp(): boolean;
  isCalm(): boolean;
  /** A person decides; then the engine does what follows from it. */
  say(ticketId: string, command: TicketCommand): void;
  /** After a while, at a moment that nobody else has: what is written at one moment has no order but the journal's. */
  later(leastSeconds: number, mostSeconds: number, happen: () => void): void;
}

/**
 * One night of one seed: silent offices, a district's telephones, and a machine that falls over, on the given rules.
 * @throws RuleBroken as soon as a rule does not hold.
 */
export function liveCalls(seed: number, rules: CallRules): CallCourse {
  const world = createCallWorld(seed, rules);
  const { random, schedule, server, phones, course } = world;
  for (const id of TICKETS) schedule.after(random.between(0, 30) * MINUTE, () => handle(world, id));
  world.later(60, 300, () => dispatch(world));
  schedule.after(random.between(10, 80) * MINUTE, () => world.sleep(random.between(1, 45) * MINUTE));
  schedule.run(START + LASTS);
  for (const id of TICKETS) {
    const ticket = server.ticket(id);
    hold(ticket !== null && openFeedbacks(ticket).length === 0, 'E6', () => `${id} still waits in the morning`);
  }
  hold(phones.up().size === 0, 'E3', () => 'a phone rings in the morning');
  return course;
}

function createCallWorld(
  seed: number,
  rules: CallRules,
): CallWorld & { readonly course: CallCourse; sleep(by: number): void } {
  const random = randomOf(seed);
  const schedule = createSchedule(START);
  const course: CallCourse = {
    types: new Set(),
    outcomes: new Set(),
    yes: 0,
    calls: 0,
    shared: 0,
    byHand: 0,
    crashes: 0,
    rounds: 0,
  };
  const readings = new Map<string, Map<string, Reading>>();
  let isRunning = true;
  let awakeSince: Instant = START;
  let moments = 0;
  let timerAt: Instant = Number.POSITIVE_INFINITY;
  const isUp = () => isRunning;
  const isCalm = () => schedule.now() >= START + TROUBLE_LASTS;
  const tickets = (): readonly Ticket[] => server.ticketIds().flatMap((id) => server.ticket(id) ?? []);

  const server = createServerModel(rules, (written) => {
    checkWritten(server, rules, written, null);
    const ticket = server.ticket(written.submission.ticketId);
    checkWord(written.submission.commands[0], written.events);
    const mine = readings.get(written.submission.ticketId) ?? new Map<string, Reading>();
    readings.set(written.submission.ticketId, mine);
    for (const recorded of written.events) {
      tally(course, recorded);
      readCall(mine, recorded.event);
      checkTruth(recorded.event, phones);
      if (ticket) checkYes(recorded, ticket, phones);
    }
  });
  const phones = createPhones({
    random,
    schedule,
    isCalm,
    tell: (event) => guarded(() => engine.hear(event)),
  });
  const engine = createEngine({
    rules,
    phones,
    tickets,
    now: schedule.now,
    submit: (ticketId, commands, by): Answer =>
      server.submit({ commandId: null, ticketId, commands, by, expectedRevision: null }, schedule.now()),
    risk() {
      if (!isCalm() && random.chance(0.002)) throw new Crash();
    },
    wakeAt,
  });

  /** Everything that happens on the machine: it may die of it, and when it does not, everything has to be in order. */
  const guarded = (happen: () => void): void => {
    if (!isUp()) return;
    try {
      happen();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      return fall();
    }
    check();
  };
  const wake = (): void =>
    guarded(() => {
      server.wake(schedule.now());
      engine.pass();
      arm();
    });
  /** One timer for all, set to the earliest moment; whoever wakes sets it anew. */
  function wakeAt(moment: Instant): void {
    if (moment >= timerAt) return;
    timerAt = moment;
    schedule.at(moment, () => {
      if (timerAt > schedule.now()) return;
      timerAt = Number.POSITIVE_INFINITY;
      wake();
    });
  }
  const arm = (): void => {
    const next = server.nextDueAt();
    if (next !== null) wakeAt(Math.max(next, schedule.now()));
  };
  const fall = (): void => {
    course.crashes += 1;
    server.crash();
    timerAt = Number.POSITIVE_INFINITY;
    // A start takes longer than the second in which the lines count their starts.
    isRunning = false;
    schedule.after(random.between(2, 240) * SECOND, () => {
      isRunning = true;
      awakeSince = schedule.now();
      guarded(() => {
        engine.restart();
        server.wake(schedule.now());
        engine.pass();
        arm();
      });
    });
  };
  const check = (): void => {
    const settled = { rules, phones, now: schedule.now(), awakeSince, waiting: engine.waiting() };
    for (const ticket of tickets()) checkSettled(ticket, readings.get(ticket.id) ?? new Map(), settled);
    checkPhones(tickets(), phones);
    course.shared = Math.max(course.shared, mostShared(tickets()));
  };
  const watch = (): void => {
    wake();
    schedule.after(MINUTE, watch);
  };
  schedule.after(MINUTE, watch);
  const die = (): void => {
    if (isCalm()) return;
    guarded(() => {
      throw new Crash();
    });
    schedule.after(random.between(5, 50) * MINUTE, die);
  };
  schedule.after(random.between(5, 40) * MINUTE, die);

  return {
    random,
    schedule,
    server,
    phones,
    course,
    isUp,
    isCalm,
    sleep(by) {
      schedule.jump(by);
      awakeSince = schedule.now();
    },
    say(ticketId, command) {
      guarded(() => {
        const submission = { commandId: null, ticketId, commands: [command], by: PERSON, expectedRevision: null };
        server.submit(submission, schedule.now());
        engine.pass();
        arm();
      });
    },
    later(least, most, happen) {
      moments += 1;
      const whole = Math.ceil(schedule.now() / SECOND) * SECOND;
      schedule.at(whole + random.between(least, most) * SECOND + 1 + (moments % 997), happen);
    },
  };
}

function tally(course: CallCourse, { event, by }: Recorded): void {
  course.types.add(event.type);
  if (event.type === 'call-placed') course.calls += 1;
  if (event.type === 'call-placed' && event.line === 'manual') course.byHand += 1;
  if (event.type === 'call-ended') course.outcomes.add(event.outcome);
  if (event.type === 'ladder-spent') course.rounds += 1;
  if (by.kind === 'phone') course.yes += 1;
}

/** How many hops the call speaks of that speaks of most. */
function mostShared(tickets: readonly Ticket[]): number {
  const live = tickets.flatMap(({ feedbacks }) =>
    feedbacks.flatMap((feedback) => liveAttemptOf(feedback)?.callId ?? []),
  );
  const counts = new Map<string, number>();
  for (const callId of live) counts.set(callId, (counts.get(callId) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
