import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { World } from './world.ts';

/** What a device keeps until it is answered: sent again and again, sometimes twice, sometimes in the wrong order. */
export interface Outbox {
  put(ticketId: string, command: TicketCommand): void;
  flush(): void;
}

interface Word {
  readonly commandId: string;
  readonly ticketId: string;
  readonly command: TicketCommand;
  /** When it really happened. */
  readonly trueAt: Instant;
  triesLeft: number;
}

/** How often a word is sent again that the server cannot place yet, because an earlier one is still on its way. */
const TRIES = 30;

export function createOutbox({ random, schedule, submit }: World, by: Extract<Actor, { kind: 'device' }>): Outbox {
  let words: readonly Word[] = [];
  let wordCount = 0;

  const send = (word: Word): void => {
    const { commandId, ticketId, command, trueAt } = word;
    const answer = submit({ commandId, ticketId, commands: [command], by, expectedRevision: null }, trueAt);
    const isAnswerLost = answer === 'unreachable' || random.chance(0.1);
    if (isAnswerLost) return;
    const mayFitLater = !answer.ok && answer.refusal.code === 'point-out-of-order';
    word.triesLeft -= 1;
    if (!mayFitLater || word.triesLeft === 0) words = words.filter((other) => other !== word);
  };

  return {
    put(ticketId, command) {
      wordCount += 1;
      const commandId = `${by.id}-${wordCount}`;
      words = [...words, { commandId, ticketId, command, trueAt: schedule.now(), triesLeft: TRIES }];
    },
    flush() {
      for (const word of random.chance(0.15) ? words.toReversed() : words) {
        schedule.after(random.chance(0.2) ? random.between(0, 3) * SECOND : 0, () => send(word));
        if (random.chance(0.15)) schedule.after(random.between(0, 240) * SECOND, () => send(word));
      }
    },
  };
}
