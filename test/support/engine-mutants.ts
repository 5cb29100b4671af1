import type { EscalationMakers } from '@faultline/server/src/escalation/engine.ts';
import { createLoop } from '@faultline/server/src/escalation/loop.ts';
import { manualLine } from '@faultline/server/src/escalation/manual-line.ts';
import type { Scribe } from '@faultline/server/src/escalation/scribe.ts';
import { createScribe } from '@faultline/server/src/escalation/scribe.ts';
import type { Switchboard, SwitchboardParts } from '@faultline/server/src/escalation/switchboard.ts';
import { createSwitchboard } from '@faultline/server/src/escalation/switchboard.ts';

/** An engine with one part that does not do its work. */
export interface EngineMutant {
  readonly fault: string;
  readonly make: EscalationMakers;
}

const OWN: EscalationMakers = { switchboard: createSwitchboard, scribe: createScribe, loop: createLoop };

type LoopParts = Parameters<typeof createLoop>[0];

function switchboardThat(
  change: (own: Switchboard) => Partial<Switchboard>,
  changeParts: (parts: SwitchboardParts) => SwitchboardParts = (parts) => parts,
): EscalationMakers {
  const switchboard: EscalationMakers['switchboard'] = (parts) => {
    const own = createSwitchboard(changeParts(parts));
    return {
      adopt: (lines) => own.adopt(lines),
      place: (order) => own.place(order),
      release: (...args) => own.release(...args),
      decide: (...args) => own.decide(...args),
      say: (...args) => own.say(...args),
      hear: (...args) => own.hear(...args),
      live: () => own.live(),
      find: (callId) => own.find(callId),
      startsOf: (lineId) => own.startsOf(lineId),
      stop: () => own.stop(),
      ...change(own),
    };
  };
  return { ...OWN, switchboard };
}

function scribeThat(change: (own: Scribe) => Partial<Scribe>): EscalationMakers {
  return {
    ...OWN,
    scribe: (...args) => {
      const own = createScribe(...args);
      return { ...own, ...change(own) };
    },
  };
}

function loopThat(change: (parts: LoopParts) => ReturnType<typeof createLoop>): EscalationMakers {
  return { ...OWN, loop: change };
}

/** A first failure is the last thing that it does. */
function givingUp(parts: LoopParts): ReturnType<typeof createLoop> {
  let hasFailed = false;
  const pass = async (): Promise<void> => {
    if (hasFailed) return;
    try {
      await parts.pass();
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  return createLoop({ ...parts, pass });
}

export const ENGINE_MUTANTS: readonly EngineMutant[] = [
  { fault: 'a hop that is done does not stop its phone', make: switchboardThat(() => ({ release() {} })) },
  {
    fault: 'a call is in the books and nobody dials',
    make: switchboardThat((own) => ({
      place: (order) => own.place({ ...order, line: { ...manualLine, id: order.line.id } }),
    })),
  },
  {
    fault: 'the calls of an earlier run are left as they are',
    make: switchboardThat(() => ({ adopt: async () => {} })),
  },
  {
    fault: 'keys are not heard',
    make: switchboardThat((own) => ({
      hear: (line, event) => {
        if (event.type !== 'key') own.hear(line, event);
      },
    })),
  },
  {
    fault: 'a phone that hangs up is not heard',
    make: switchboardThat((own) => ({
      hear: (line, event) => {
        if (event.type !== 'ended') own.hear(line, event);
      },
    })),
  },
  {
    fault: 'calls have no deadline',
    make: switchboardThat(
      () => ({}),
      (parts) => ({ ...parts, clock: { now: parts.clock.now, at: () => () => {} } }),
    ),
  },
  {
    fault: 'a number is free while its call is still up',
    make: switchboardThat(() => ({ live: () => [] })),
  },
  { fault: 'calls have no end in the journal', make: scribeThat(() => ({ end: async () => {} })) },
  { fault: 'calls are rung that the journal does not know', make: scribeThat(() => ({ place: async () => true })) },
  { fault: 'a yes is answered and not written', make: scribeThat(() => ({ yes: async () => ({ what: 'accepted' }) })) },
  { fault: 'a ladder that is spent is kept quiet', make: scribeThat(() => ({ spend: async () => {} })) },
  { fault: 'a step with nobody to ring is never left', make: scribeThat(() => ({ skip: async () => {} })) },
  {
    fault: 'who picks up has said yes',
    make: scribeThat((own) => ({
      answer: async (row) => {
        await own.answer(row);
        await Promise.all(row.hops.map((hop) => own.yes(row, hop, '')));
      },
    })),
  },
  {
    fault: 'silence is taken for a yes',
    make: scribeThat((own) => ({
      end: (row, hops, words) =>
        own.end(row, hops, words.outcome === 'no-answer' ? { ...words, outcome: 'acknowledged' } : words),
    })),
  },
  {
    fault: 'nobody looks when something has happened',
    make: loopThat((parts) => ({ ...createLoop(parts), look() {} })),
  },
  {
    fault: 'nobody looks when something is due',
    make: loopThat((parts) => createLoop({ ...parts, nextDueAt: () => null })),
  },
  { fault: 'a failure ends all looking', make: loopThat(givingUp) },
];
