import type { Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { checkAwake, checkRest, checkWritten, RuleBroken } from './invariants.ts';
import { staff } from './office-model.ts';
import type { Random } from './random.ts';
import { randomOf } from './random.ts';
import type { Rules } from './rules.ts';
import type { Schedule } from './schedule.ts';
import { createSchedule } from './schedule.ts';
import type { Answer, ServerModel, Submission } from './server-model.ts';
import { createServerModel } from './server-model.ts';
import { createVehicle } from './vehicle-model.ts';

const START: Instant = 1_772_409_600_000;
/** Until here things go wrong; afterwards everybody is reachable and finishes his work. */
const TROUBLE_LASTS = 3 * HOUR;
const LASTS = 9 * HOUR;

export interface World {
  readonly random: Random;
  readonly schedule: Schedule;
  readonly server: ServerModel;
  isUp(): boolean;
  isCalm(): boolean;
  /** @param trueAt when what a device tells really happened. */
  submit(submission: Submission, trueAt: Instant | null): Answer | 'unreachable';
}

/** What a day brought, so that a test can see that it was not an empty one. */
export interface Course {
  events: number;
  crashes: number;
  readonly types: Set<string>;
}

/**
 * One day of one seed: people, vehicles and a server that falls over, on the given rules.
 * @throws RuleBroken as soon as a rule does not hold.
 */
export function live(seed: number, rules: Rules): Course {
  const course: Course = { events: 0, crashes: 0, types: new Set() };
  const world = createWorld(seed, rules, course);
  const { random, schedule, server } = world;
  for (const id of ['vehicle-1', 'vehicle-2', 'vehicle-3']) createVehicle(world, id);
  for (const id of ['ticket-1', 'ticket-2', 'ticket-3', 'ticket-4']) {
    schedule.after(random.between(0, 90) * MINUTE, () => staff(world, id));
  }
  schedule.after(random.between(10, 150) * MINUTE, () => schedule.jump(random.between(1, 90) * MINUTE));
  schedule.run(START + LASTS);
  checkRest(server);
  return course;
}

function createWorld(seed: number, rules: Rules, course: Course): World {
  const random = randomOf(seed);
  const schedule = createSchedule(START);
  const given = new Map<string, string>();
  let upFrom: Instant = START;
  let trueAt: Instant | null = null;
  const server: ServerModel = createServerModel(rules, (written) => {
    course.events += written.events.length;
    for (const { event } of written.events) course.types.add(event.type);
    checkWritten(server, rules, written, trueAt);
  });
  const world: World = {
    random,
    schedule,
    server,
    isUp: () => schedule.now() >= upFrom,
    isCalm: () => schedule.now() >= START + TROUBLE_LASTS,
    submit(submission, happenedAt) {
      if (!world.isUp()) return 'unreachable';
      trueAt = happenedAt;
      const before = server.journal(submission.ticketId).length;
      const answer = server.submit(submission, schedule.now());
      trueAt = null;
      const written = server.journal(submission.ticketId).length - before;
      checkRepeated(given, submission, answer, written);
      if (written > 0) arm(world);
      return answer;
    },
  };
  const fall = (): void => {
    if (world.isCalm()) return;
    course.crashes += 1;
    server.crash();
    upFrom = schedule.now() + random.between(0, 300) * SECOND;
    schedule.at(upFrom, () => wake(world));
    schedule.after(random.between(10, 50) * MINUTE, fall);
  };
  schedule.after(random.between(5, 60) * MINUTE, fall);
  watch(world);
  return world;
}

/** The clock sleeps until the earliest due time; most of the time it is punctual, and sometimes very busy. */
function arm(world: World): void {
  const { random, schedule, server } = world;
  const next = server.nextDueAt();
  if (next === null) return;
  const delay = random.chance(0.8) ? 0 : random.between(1, 400) * SECOND;
  schedule.at(Math.max(next, schedule.now()) + delay, () => wake(world));
}

function wake({ schedule, server, isUp }: World): void {
  if (!isUp()) return;
  server.wake(schedule.now());
  checkAwake(server, schedule.now());
}

/** Somebody looks at the clock every ten minutes, so that one which has fallen asleep is found out. */
function watch(world: World): void {
  wake(world);
  world.schedule.after(10 * MINUTE, () => watch(world));
}

/** The same command has the same answer for ever, and its effect once. [T2] */
function checkRepeated(given: Map<string, string>, { commandId }: Submission, answer: Answer, written: number): void {
  if (commandId === null || !answer.ok) return;
  const before = given.get(commandId);
  const now = JSON.stringify(answer);
  if (before !== undefined && (before !== now || written > 0)) {
    throw new RuleBroken('T2', `${commandId} was answered ${before}, then ${now}`);
  }
  given.set(commandId, now);
}
