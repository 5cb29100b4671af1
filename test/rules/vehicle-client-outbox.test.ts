import { HOUR, SECOND } from '@faultline/shared/time.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import { REFUSAL_CODES } from '@faultline/shared/wire/errors.ts';
import { MAX_VEHICLE_FRAME, vehicleMessageSchema } from '@faultline/shared/wire/vehicle.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixOf, isDue, MAX_KEPT, withKept } from '../../client/src/vehicle/fix-pace.ts';
import type { NumberedMessage } from '../../client/src/vehicle/numbered-message.ts';
import type { Answer, Word } from '../../client/src/vehicle/outbox.ts';
import {
  dueToSend,
  inOrder,
  outdatedBy,
  pauseAfterRefusal,
  pauseAfterSending,
  unsentCount,
  verdictOf,
} from '../../client/src/vehicle/outbox.ts';
import { createIdMaker } from '../../client/src/vehicle/ulid.ts';

type Kind = 'receipt' | 'accept' | 'depart' | 'confirm-recall';

function message(id: string, type: Kind = 'accept', ticketId = 't1'): NumberedMessage {
  return { type, id, ticketId, legNo: 1, claimedAt: 1_763_800_000_000 };
}

function waiting(id: string, type: Kind = 'accept', ticketId = 't1'): Word {
  return { message: message(id, type, ticketId), refusal: null };
}

const duty = (id: string, to: 'on-duty' | 'paused' = 'paused'): NumberedMessage => ({ type: 'duty', id, duty: to });
const refusedBy = (code: RefusalCode): Answer => ({ type: 'answer', id: 'a', ok: false, refusal: { code } });
const idsOf = (messages: readonly NumberedMessage[]): readonly string[] => messages.map(({ id }) => id);

describe('the order of the outbox', () => {
  test('of one ticket the oldest word goes first and alone; another ticket does not wait for it', () => {
    const words = [
      waiting('3', 'depart'),
      waiting('1'),
      waiting('2', 'accept', 't2'),
      { message: duty('4'), refusal: null },
    ];
    expect(idsOf(dueToSend(words, new Map(), 0))).toEqual(['1', '2', '4']);
  });

  test('[T2] an unanswered word is said again after a while, and holds up its ticket until then', () => {
    const words = [waiting('1'), waiting('2', 'depart')];
    const notBefore = new Map([['1', pauseAfterSending(0)]]);
    expect(dueToSend(words, notBefore, 14 * SECOND)).toEqual([]);
    expect(idsOf(dueToSend(words, notBefore, 15 * SECOND))).toEqual(['1']);
  });

  test('a server that could not write is asked again sooner', () => {
    expect(pauseAfterRefusal(0)).toBeLessThan(pauseAfterSending(0));
  });

  test('a refused word waits for a person and not for the server', () => {
    const words: Word[] = [{ message: message('1'), refusal: 'leg-ended' }, waiting('2', 'depart')];
    expect(idsOf(dueToSend(words, new Map(), 0))).toEqual(['2']);
    expect(unsentCount(words)).toBe(1);
  });

  test('receipts are not counted as something that a person has left undone', () => {
    expect(unsentCount([waiting('1', 'receipt'), waiting('2')])).toBe(1);
  });

  test('only the newest duty is worth saying', () => {
    const words: Word[] = [{ message: duty('1'), refusal: null }, waiting('2')];
    expect(outdatedBy(words, duty('3', 'on-duty')).map((word) => word.message.id)).toEqual(['1']);
    expect(outdatedBy(words, message('3'))).toEqual([]);
  });

  test('law: whatever is answered in whatever order, each ticket’s words leave in the order they were said', () => {
    const said = fc.array(fc.constantFrom('t1', 't2', 't3'), { maxLength: 12 });
    fc.assert(
      fc.property(said, fc.infiniteStream(fc.nat()), (tickets, picks) => {
        const makeId = createIdMaker((count) => new Uint8Array(count));
        let words: readonly Word[] = tickets.map((ticketId) => waiting(makeId(0), 'accept', ticketId));
        const left: NumberedMessage[] = [];
        for (const pick of picks) {
          const due = dueToSend(words, new Map(), 0);
          const answered = due[pick % Math.max(1, due.length)];
          if (!answered) break;
          left.push(answered);
          words = words.filter(({ message: { id } }) => id !== answered.id);
        }
        expect(words).toEqual([]);
        for (const ticketId of ['t1', 't2', 't3']) {
          const ids = left.flatMap((one) => (one.type !== 'duty' && one.ticketId === ticketId ? [one.id] : []));
          expect(ids).toEqual([...ids].sort());
        }
      }),
    );
  });
});

describe('what an answer means', () => {
  test.each([
    ['busy', 'again'],
    ['storage-full', 'again'],
    ['fault', 'again'],
    ['too-many-requests', 'again'],
    ['point-already-set', 'done'],
    ['leg-ended', 'refused'],
    ['already-arrived', 'refused'],
    ['not-allowed', 'refused'],
  ] as const)('[T2] a step that is answered by %s is %s', (code, verdict) => {
    expect(verdictOf(message('a'), refusedBy(code))).toBe(verdict);
  });

  test('[R2] a recall that the office has confirmed by phone is confirmed', () => {
    expect(verdictOf(message('a', 'confirm-recall'), refusedBy('nothing-to-confirm'))).toBe('done');
  });

  test('no refusal of a receipt troubles a person', () => {
    const verdicts = REFUSAL_CODES.map((code) => verdictOf(message('a', 'receipt'), refusedBy(code)));
    expect(verdicts).not.toContain('refused');
  });

  test('every code settles a step, or keeps it for another try', () => {
    const verdicts = new Set(REFUSAL_CODES.map((code) => verdictOf(message('a'), refusedBy(code))));
    expect([...verdicts].sort()).toEqual(['again', 'done', 'refused']);
  });
});

describe('the ids of words', () => {
  const chance = (count: number) => Uint8Array.from({ length: count }, (_, index) => (index * 37) % 256);

  test('sort as they were made, within one millisecond and after the clock was set back', () => {
    const makeId = createIdMaker(chance);
    const ids = [1_763_800_000_000, 1_763_800_000_000, 1_763_700_000_000, 1_763_800_000_500].map(makeId);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  test('go on after the greatest one that was kept', () => {
    const kept = createIdMaker(chance)(1_763_800_000_000);
    expect(createIdMaker(chance, kept)(1_763_800_000_000 - HOUR) > kept).toBe(true);
    expect(inOrder([waiting('b'), waiting('a')]).map((word) => word.message.id)).toEqual(['a', 'b']);
  });
});

describe('the pace of positions', () => {
  const reading = { lon: 116.4, lat: 39.9, speed: 0, heading: Number.NaN, accuracy: 8, at: 0 };
  const standing = fixOf(reading);

  test('once a second while the vehicle moves, once in ten seconds while it stands', () => {
    expect(isDue(null, standing)).toBe(true);
    expect(isDue(standing, fixOf({ ...reading, at: 9 * SECOND }))).toBe(false);
    expect(isDue(standing, fixOf({ ...reading, at: 10 * SECOND }))).toBe(true);
    expect(isDue(standing, fixOf({ ...reading, speed: 8, at: SECOND }))).toBe(true);
    expect(isDue(standing, fixOf({ ...reading, speed: 8, at: 0.5 * SECOND }))).toBe(false);
  });

  test('a receiver without a speed is believed by its place, beyond its own error', () => {
    const away = { ...reading, speed: null, lat: 39.9003, at: SECOND };
    expect(isDue(standing, fixOf(away))).toBe(true);
    expect(isDue(standing, fixOf({ ...away, accuracy: 80 }))).toBe(false);
  });

  test('a heading that is no number is unknown', () => {
    expect(standing).toMatchObject({ headingDeg: null, speedMps: 0, accuracyM: 8 });
  });

  test('hours without a network keep the way’s ends and a bounded number of fixes', () => {
    let kept: readonly ReturnType<typeof fixOf>[] = [];
    const last = 3_600;
    for (let second = 0; second <= last; second += 1) kept = withKept(kept, fixOf({ ...reading, at: second * SECOND }));
    expect(kept.length).toBeLessThanOrEqual(MAX_KEPT);
    expect(kept[0]?.fixedAt).toBe(0);
    expect(kept.at(-1)?.fixedAt).toBe(last * SECOND);
  });

  test('a full frame of the longest fixes stays below the limit of the wire', () => {
    const longest = fixOf({
      lon: -116.123456,
      lat: -39.123456,
      speed: 33.3,
      heading: 359.9,
      accuracy: 1234.5,
      at: 1_763_800_000_000,
    });
    const frame = JSON.stringify({ type: 'fixes', fixes: Array.from({ length: 100 }, () => longest) });
    expect(vehicleMessageSchema.safeParse(JSON.parse(frame)).success).toBe(true);
    expect(frame.length).toBeLessThan(MAX_VEHICLE_FRAME);
  });
});
