import { strongestYes, wordOfKey, yesOf } from '@faultline/shared/escalation/keys.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import type { LadderBook } from './ladder-book.ts';
import type { LiveCall } from './live-call.ts';
import type { Scribe } from './scribe.ts';
import type { Switchboard } from './switchboard.ts';
import type { Teller } from './teller.ts';

/** What a key does. A test call knows the yes only. [E4] */
export async function answerKey(
  call: LiveCall,
  key: string,
  parts: {
    readonly switchboard: Switchboard;
    readonly scribe: Scribe;
    readonly teller: Teller;
    readonly book: Pick<LadderBook, 'find'>;
  },
): Promise<void> {
  const { switchboard, scribe, teller } = parts;
  const { row } = call;
  const word = wordOfKey(key);
  if (row.purpose === 'test') {
    if (word !== 'yes') return switchboard.say(call, teller.testUnknownKey(row.language));
    return switchboard.decide(
      call,
      async () => ({ outcome: 'acknowledged', lastWord: teller.testThanks(row.language) }),
      '',
    );
  }
  const hops = row.hops.flatMap(({ ticketId, key: hopKey }) => parts.book.find(ticketId, hopKey) ?? []);
  const yes = strongestYes(
    hops.map(({ feedback, live }) => yesOf(feedback.kind, live?.contactRole ?? row.callee.contactRole)),
  );
  switch (word) {
    case 'yes':
      return switchboard.decide(
        call,
        async () => {
          const results = await allOf(row.hops.map((hop) => scribe.yes(row, hop, call.keys)));
          const pauseMin = Math.max(0, ...hops.map(({ policy }) => policy.acknowledgedPauseMin));
          return { outcome: 'acknowledged', lastWord: teller.afterYes(row, results, hops, pauseMin) };
        },
        teller.notWritten(row.language),
      );
    case 'no':
      return switchboard.decide(
        call,
        async () => {
          const by: Actor = { kind: 'phone', id: row.callee.contactId, departmentId: row.departmentId };
          await scribe.end(row, row.hops, { outcome: 'refused', pressed: call.keys, code: '', by });
          return { outcome: 'refused', lastWord: teller.refused(row.language) };
        },
        teller.notWritten(row.language),
      );
    case 'details':
      return switchboard.say(call, teller.details(row, hops, yes));
    case null:
      return switchboard.say(call, teller.unknownKey(row, hops, yes));
  }
}

/** Waits for all of them also when one fails: what is told next must not overtake what is still being written. */
async function allOf<Value>(works: readonly Promise<Value>[]): Promise<readonly Value[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
