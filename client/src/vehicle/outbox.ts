import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { ServerToVehicle } from '@faultline/shared/wire/vehicle.ts';
import type { NumberedMessage } from './numbered-message.ts';

/** A message that the device keeps until it is settled. Ids sort by the moment they were made. */
export interface Word {
  readonly message: NumberedMessage;
  /** Set once the server has refused it for good; it stays until a person has read that. */
  readonly refusal: RefusalCode | null;
}

export type Answer = Extract<ServerToVehicle, { type: 'answer' }>;

/** How long an answer is waited for before the word is said again; the same id has one effect. [T2] */
const ANSWERED_WITHIN: Duration = 15 * SECOND;
/** How long a server that could not write it is left alone. */
const REPEATED_AFTER: Duration = 5 * SECOND;

/** The word was understood and could not be kept: it is said again as it was. */
const NOT_WRITTEN: ReadonlySet<RefusalCode> = new Set(['busy', 'storage-full', 'fault', 'too-many-requests']);

/** `done`: it holds. `moot`: nobody has to care any more. `again`: not now. `refused`: a person has to read why. */
export type Verdict = 'done' | 'moot' | 'again' | 'refused';

export function verdictOf({ type }: NumberedMessage, answer: Answer): Verdict {
  if (answer.ok) return 'done';
  const { code } = answer.refusal;
  if (NOT_WRITTEN.has(code)) return 'again';
  // The same step, told by phone or by an earlier try whose answer was lost: what the crew wanted to be is so.
  if (code === 'point-already-set') return 'done';
  if (type === 'confirm-recall' && (code === 'nothing-to-confirm' || code === 'leg-unknown')) return 'done';
  // A receipt is nobody's deed: one that came too late says nothing to anybody.
  return type === 'receipt' ? 'moot' : 'refused';
}

export function inOrder(words: readonly Word[]): readonly Word[] {
  return [...words].sort((left, right) => (left.message.id < right.message.id ? -1 : 1));
}

/**
 * What is to be sent now: of each ticket the oldest word that waits, so that a departure never overtakes its
 * acceptance, and of the tickets one beside the other, so that none of them holds up the rest.
 * @param notBefore by id: until when a word that was sent, or put off, is left alone; like `now` monotonic, ms.
 */
export function dueToSend(
  words: readonly Word[],
  notBefore: ReadonlyMap<string, number>,
  now: number,
): readonly NumberedMessage[] {
  const lanes = new Set<string>();
  const due: NumberedMessage[] = [];
  for (const { message, refusal } of inOrder(words)) {
    if (refusal !== null) continue;
    const lane = message.type === 'duty' ? 'duty' : message.ticketId;
    if (lanes.has(lane)) continue;
    lanes.add(lane);
    if (now >= (notBefore.get(message.id) ?? now)) due.push(message);
  }
  return due;
}

export function pauseAfterSending(now: number): number {
  return now + ANSWERED_WITHIN;
}

export function pauseAfterRefusal(now: number): number {
  return now + REPEATED_AFTER;
}

/** What the vehicle is, counts; what it was meanwhile has no time of its own and is not worth saying. */
export function outdatedBy(words: readonly Word[], added: NumberedMessage): readonly Word[] {
  return added.type === 'duty' ? words.filter(({ message }) => message.type === 'duty') : [];
}

/** Words a person has said that the server has not taken yet; receipts send themselves. */
export function unsentCount(words: readonly Word[]): number {
  return words.filter(({ message, refusal }) => refusal === null && message.type !== 'receipt').length;
}
