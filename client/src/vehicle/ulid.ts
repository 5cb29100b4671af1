import type { Instant } from '@faultline/shared/time.ts';

/** Crockford's alphabet: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/**
 * Makes ids of the form of a ULID: ten letters of time, sixteen of chance. They sort in the order they were made, also
 * within a millisecond and after the device's clock was set back, because the time in them never falls.
 * @param last the greatest id that there is already, `null` for none.
 */
export function createIdMaker(
  random: (count: number) => Uint8Array,
  last: string | null = null,
): (now: Instant) => string {
  let usedTime = last === null ? 0 : timeIn(last);
  return (now) => {
    usedTime = Math.max(now, usedTime + 1);
    const chance = [...random(RANDOM_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    return timeText(usedTime) + chance;
  };
}

function timeText(time: number): string {
  let rest = time;
  let text = '';
  for (let place = 0; place < TIME_LENGTH; place += 1) {
    text = (ALPHABET[rest % ALPHABET.length] ?? '0') + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

function timeIn(id: string): number {
  return [...id.slice(0, TIME_LENGTH)].reduce(
    (time, letter) => time * ALPHABET.length + Math.max(0, ALPHABET.indexOf(letter)),
    0,
  );
}
