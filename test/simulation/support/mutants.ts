import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import type { Context, Decision } from '@faultline/shared/ticket/decide.ts';
import { decide } from '@faultline/shared/ticket/decide.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import type { Leg, Ticket, TicketEvent, TicketEventType } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Rules } from './rules.ts';
import { REAL_RULES } from './rules.ts';

/** The product's rules with one deliberate fault. If the simulation does not find it, the simulation is worth nothing. */
export interface Mutant {
  readonly fault: string;
  readonly rules: Rules;
}

type Identity = Parameters<Rules['decideAll']>[3];

/** @param decideAll changes what is asked before the real rules answer. */
function asking(
  change: (
    commands: readonly TicketCommand[],
    context: Context,
    ticket: Ticket | null,
  ) => [readonly TicketCommand[], Context],
): Rules {
  const decideAll = (ticket: Ticket | null, commands: readonly TicketCommand[], context: Context, who: Identity) => {
    const [asked, within] = change(commands, context, ticket);
    return REAL_RULES.decideAll(ticket, asked, within, who);
  };
  return { ...REAL_RULES, decideAll };
}

/** @param change what the rules have answered. */
function answering(change: (events: readonly TicketEvent[]) => readonly TicketEvent[]): Rules {
  const decideAll = (...asked: Parameters<Rules['decideAll']>): Decision => {
    const decision = REAL_RULES.decideAll(...asked);
    return decision.ok ? { ok: true, value: change(decision.value) } : decision;
  };
  return { ...REAL_RULES, decideAll };
}

/** @param change the ticket that comes out of one type of event. */
function growing(
  types: readonly TicketEventType[],
  change: (after: Ticket, before: Ticket, recorded: Recorded) => Ticket,
): Rules {
  const evolve: Rules['evolve'] = (before, recorded, id) => {
    const after = REAL_RULES.evolve(before, recorded, id);
    return before && types.includes(recorded.event.type) ? change(after, before, recorded) : after;
  };
  return { ...REAL_RULES, evolve };
}

function withLegs(ticket: Ticket, change: (leg: Leg) => Leg): Ticket {
  return { ...ticket, legs: ticket.legs.map(change) };
}

const isFireDue = (commands: readonly TicketCommand[]) => commands[0]?.type === 'fire-due';

function stripSkew(command: TicketCommand): TicketCommand {
  if (!('time' in command) || command.time.how !== 'device') return command;
  return { ...command, time: { ...command.time, skewMs: 0 } };
}

export const MUTANTS: readonly Mutant[] = [
  {
    fault: 'the clock fires half a minute early',
    rules: asking((commands, context) => [
      commands,
      isFireDue(commands) ? { ...context, now: context.now + 30 * SECOND } : context,
    ]),
  },
  {
    fault: 'the clock fires a minute late',
    rules: asking((commands, context) => [
      commands,
      isFireDue(commands) ? { ...context, now: context.now - MINUTE } : context,
    ]),
  },
  {
    fault: 'the next due time is a minute late',
    rules: {
      ...REAL_RULES,
      nextDueAt: (ticket, policy) => {
        const due = REAL_RULES.nextDueAt(ticket, policy);
        return due === null ? null : due + MINUTE;
      },
    },
  },
  {
    fault: 'only the first due duty is fired in a pass',
    rules: answering((events) => (events.every(isFired) ? events.slice(0, 1) : events)),
  },
  {
    fault: 'what was fired is forgotten',
    rules: growing(['duty-fired'], (after, before) => ({ ...after, fired: before.fired })),
  },
  {
    fault: 'due times are lost in a crash',
    rules: { ...REAL_RULES, survives: { dueTimes: false, answers: true } },
  },
  {
    fault: 'answers are lost in a crash, so a repeated command is judged anew',
    rules: { ...REAL_RULES, survives: { dueTimes: true, answers: false } },
  },
  {
    fault: 'a command is written before what had fallen due',
    rules: {
      ...REAL_RULES,
      decideAll: (ticket, commands, context, who) => {
        const [only] = commands;
        return only && commands.length === 1
          ? decide(ticket, only, context)
          : REAL_RULES.decideAll(ticket, commands, context, who);
      },
    },
  },
  {
    fault: 'a call ends the feedback',
    rules: growing(['call-recorded'], (after, _, { recordedAt }) => ({
      ...after,
      feedbacks: after.feedbacks.map((feedback) => ({
        ...feedback,
        ended: feedback.ended ?? { at: recordedAt, cause: 'call-recorded' as const },
      })),
    })),
  },
  {
    fault: 'a call that is made is not kept',
    rules: growing(['call-recorded'], (after, before) => ({ ...after, feedbacks: before.feedbacks })),
  },
  {
    fault: 'an acceptance does not stop the ringing',
    rules: growing(['accepted'], (after, before) => ({ ...after, feedbacks: before.feedbacks })),
  },
  {
    fault: 'a recall leaves the centre’s feedback ringing',
    rules: growing(['recalled', 'returned'], (after, before) => ({ ...after, feedbacks: before.feedbacks })),
  },
  {
    fault: 'a later receipt overwrites the first',
    rules: {
      ...REAL_RULES,
      decideAll: (ticket, commands, context, who) => {
        const [command] = commands;
        const leg = ticket?.legs.at(-1);
        const decision = REAL_RULES.decideAll(ticket, commands, context, who);
        if (command?.type !== 'deliver-to-crew' || !leg?.E || leg.ending || !decision.ok) return decision;
        const E = { ...leg.E, receivedAt: context.now };
        return { ok: true, value: [{ type: 'delivered-to-crew', legNo: leg.no, deviceId: command.deviceId, E }] };
      },
    },
  },
  {
    fault: 'the promise restarts with a new leg',
    rules: {
      ...REAL_RULES,
      promiseStateOf: (ticket, policy, now) => {
        const D = ticket.legs.length > 1 ? ticket.legs.at(-1)?.D : undefined;
        return REAL_RULES.promiseStateOf(D ? { ...ticket, A: D } : ticket, policy, now);
      },
    },
  },
  {
    fault: 'a recall does not end the leg',
    rules: growing(['recalled', 'returned'], (after, before) => ({ ...after, legs: before.legs })),
  },
  {
    fault: 'a cancellation owes no receipt',
    rules: growing(['cancelled'], (after) => withLegs(after, (leg) => ({ ...leg, recallReceipt: 'not-owed' }))),
  },
  {
    fault: 'a receipt of a recall is asked for ever',
    rules: growing(['recall-confirmed'], (after) => withLegs(after, (leg) => ({ ...leg, recallReceipt: 'owed' }))),
  },
  {
    fault: 'a closed ticket forgets the receipts it is owed',
    rules: {
      ...REAL_RULES,
      nextDueAt: (ticket, policy) => (ticket.closed || ticket.cancelled ? null : REAL_RULES.nextDueAt(ticket, policy)),
    },
  },
  {
    fault: 'a missing departure is made up from the arrival',
    rules: growing(['arrived'], (after) => withLegs(after, (leg) => ({ ...leg, G: leg.G ?? leg.H }))),
  },
  {
    fault: 'the clock of a device is believed',
    rules: asking((commands, context) => [commands.map(stripSkew), context]),
  },
  {
    fault: 'a late word gets the time of its arrival',
    rules: asking((commands, context) => [
      commands.map((command) =>
        'time' in command && command.time.how === 'device'
          ? { ...command, time: { how: 'now' as const, evidence: 'device-online' as const } }
          : command,
      ),
      context,
    ]),
  },
  {
    fault: 'a stale desk decides',
    rules: asking((commands, context) => [commands, { ...context, expectedRevision: null }]),
  },
  {
    fault: 'a correction wipes out what stood before',
    rules: growing(['corrected'], (after, before) => ({ ...after, corrections: before.corrections })),
  },
  {
    fault: 'the ledger leaves out a leg that was taken back',
    rules: {
      ...REAL_RULES,
      ledgerOf: (...asked) => REAL_RULES.ledgerOf(...asked).filter(({ ending }) => ending === null),
    },
  },
  {
    fault: 'a wrong errand is charged to the one who was sent',
    rules: {
      ...REAL_RULES,
      ledgerOf: (...asked) => REAL_RULES.ledgerOf(...asked).map((hop) => ({ ...hop, chargedTo: hop.party })),
    },
  },
];

function isFired({ type }: TicketEvent): boolean {
  return type === 'duty-fired' || type === 'feedback-raised';
}
