import type { CallRow, CallStore } from '@faultline/server/src/store/call-store.ts';
import { ENDS_OF_OURS, NOT_WRITTEN } from '@faultline/server/src/store/call-store.ts';
import { CALL_OUTCOMES } from '@faultline/shared/ticket/ticket.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { T0 } from '../support/store-unit.ts';

export interface CallStoreUnderTest {
  readonly store: CallStore;
  /** Closes and opens the same data again, as after a restart. */
  reopen(): Promise<CallStoreUnderTest>;
  close(): Promise<void>;
}

/** A call that rings, to a number and about attempts of its own unless told otherwise. */
export function callRow(id: string, changes: Partial<CallRow> = {}): CallRow {
  return {
    id,
    district: 'north',
    purpose: 'ladder',
    callee: {
      contactId: `contact-${id}`,
      contactRole: 'duty',
      contactName: '值班员',
      number: '138****0000',
      foundBy: 'rotation',
    },
    departmentId: 'centre',
    language: 'zh',
    phone: `+861380000${id}`,
    line: 'sip',
    idempotencyKey: `attempts of ${id}`,
    hops: [{ ticketId: 't1', key: 'centre-not-taken:1', attemptNo: 1 }],
    opening: '有一张工单等待接单',
    placedAt: T0,
    ringUntil: T0 + 30 * SECOND,
    talkUntil: T0 + 3 * MINUTE,
    providerId: null,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    outcome: null,
    pressed: null,
    code: '',
    ...changes,
  };
}

const END = { endedAt: T0 + MINUTE, outcome: 'no-answer', code: '480' } as const;

/** Every store of the product has to pass this suite, whatever it is made of. */
export function callStoreContract(name: string, open: () => Promise<CallStoreUnderTest>): void {
  describe(`call store: ${name}`, () => {
    let under: CallStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.close();
    });

    describe('a number', () => {
      it('[E5] has one call under way at most', async () => {
        const first = callRow('a', { phone: '10086' });
        expect(await under.store.insertCall(first)).toBe('inserted');
        expect(await under.store.insertCall(callRow('b', { phone: '10086' }))).toBe('number-busy');
        expect(await under.store.call('b')).toBeNull();
        await under.store.progress('a', END);
        expect(await under.store.insertCall(callRow('b', { phone: '10086' }))).toBe('inserted');
      });

      it('[E5] is given to exactly one of many calls at the same moment', async () => {
        const calls = Array.from({ length: 20 }, (_, index) => callRow(`c${index}`, { phone: '10086' }));
        const answers = await Promise.all(calls.map((call) => under.store.insertCall(call)));
        expect(answers.filter((answer) => answer === 'inserted')).toHaveLength(1);
        expect(answers.filter((answer) => answer === 'number-busy')).toHaveLength(19);
        expect(await under.store.liveCalls()).toHaveLength(1);
      });

      it('[E5] stays in its call over a restart', async () => {
        await under.store.insertCall(callRow('a', { phone: '10086' }));
        under = await under.reopen();
        expect(await under.store.insertCall(callRow('b', { phone: '10086' }))).toBe('number-busy');
      });

      it('[E5] is not occupied by a call that a person makes, nor does it hold one back', async () => {
        await under.store.insertCall(callRow('hand', { phone: '10086', line: 'manual' }));
        expect(await under.store.insertCall(callRow('ring', { phone: '10086' }))).toBe('inserted');
        expect(await under.store.insertCall(callRow('other', { phone: '10086', line: 'manual' }))).toBe('inserted');
      });

      it('is counted from a moment on, that moment included, without the calls by hand', async () => {
        const rung = { phone: '10086', ...END };
        await under.store.insertCall(callRow('early', { ...rung, placedAt: T0 - 1 }));
        await under.store.insertCall(callRow('then', { ...rung, placedAt: T0 }));
        await under.store.insertCall(callRow('hand', { ...rung, placedAt: T0 + 1, line: 'manual' }));
        await under.store.insertCall(callRow('live', { phone: '10086', placedAt: T0 + HOUR }));
        await under.store.insertCall(callRow('other', { placedAt: T0 }));
        expect(await under.store.countSince('10086', T0)).toBe(2);
        expect(await under.store.countSince('10086', T0 - 1)).toBe(3);
        expect(await under.store.countSince('10010', 0)).toBe(0);
      });
    });

    describe('the same attempts', () => {
      it('[E6] are never rung twice at once, and again after a call that came to nothing', async () => {
        const call = callRow('a');
        await under.store.insertCall(call);
        const again = callRow('b', { idempotencyKey: call.idempotencyKey });
        expect(await under.store.insertCall(again)).toBe('repeated');
        under = await under.reopen();
        expect(await under.store.insertCall(again)).toBe('repeated');
        expect(await under.store.recentCalls('north', 10)).toHaveLength(1);
        await under.store.progress('a', END);
        expect(await under.store.insertCall(again), 'a crash must not keep them from being rung again').toBe(
          'inserted',
        );
      });

      it('[E6] are told from a busy number when both are so', async () => {
        await under.store.insertCall(callRow('a'));
        expect(await under.store.insertCall(callRow('a'))).toBe('repeated');
      });

      it('[E6] asked for twice at the same moment are placed once', async () => {
        const twins = ['a', 'b'].map((id) => callRow(id, { idempotencyKey: 'one' }));
        const answers = await Promise.all(twins.map((call) => under.store.insertCall(call)));
        expect([...answers].sort()).toEqual(['inserted', 'repeated']);
      });

      it('a new call under the id of another one is a bug, and harms nobody who asks beside it', async () => {
        await under.store.insertCall(callRow('a'));
        const stranger = callRow('a', { phone: '10086', idempotencyKey: 'other attempts' });
        const [bug, beside] = await Promise.allSettled([
          under.store.insertCall(stranger),
          under.store.insertCall(callRow('b')),
        ]);
        expect(bug).toMatchObject({ status: 'rejected', reason: { name: 'BugError' } });
        expect(beside).toEqual({ status: 'fulfilled', value: 'inserted' });
        expect(await under.store.call('a')).toEqual(callRow('a'));
      });
    });

    describe('a call', () => {
      it('reads as it was written, every field of it', async () => {
        const full = callRow('a', {
          purpose: 'test',
          language: 'en',
          providerId: 'provider-7',
          ringingAt: T0 + 1,
          answeredAt: T0 + 2,
          endedAt: T0 + 3,
          outcome: 'acknowledged',
          pressed: '31',
          code: '200',
          hops: [],
        });
        const unfound = { ...callRow('b').callee, foundBy: null };
        await under.store.insertCall(full);
        await under.store.insertCall(callRow('b', { callee: unfound }));
        under = await under.reopen();
        expect(await under.store.call('a')).toEqual(full);
        expect(await under.store.call('b')).toEqual(callRow('b', { callee: unfound }));
        expect(await under.store.call('nobody')).toBeNull();
      });

      it('changes only where it is told to, and answers with what it is now', async () => {
        await under.store.insertCall(callRow('a'));
        const opening = '两张工单等待接单';
        const hops = [...callRow('a').hops, { ticketId: 't2', key: 'centre-not-taken:1', attemptNo: 2 }];
        const steps = [
          { providerId: 'p1', ringingAt: T0 + 1 },
          { hops, opening },
          { answeredAt: T0 + 2 },
          { outcome: 'refused', pressed: '2' },
          { endedAt: T0 + 3, code: '200' },
        ] as const;
        let expected = callRow('a');
        for (const step of steps) {
          expected = { ...expected, ...step };
          expect(await under.store.progress('a', step)).toEqual(expected);
          expect(await under.store.call('a')).toEqual(expected);
        }
        expect(await under.store.progress('nobody', END)).toBeNull();
      });

      it('[E2] that has ended stays as it is, but learns what its provider calls it', async () => {
        await under.store.insertCall(callRow('a'));
        const ended = await under.store.progress('a', END);
        const late = { outcome: 'acknowledged', pressed: '1', answeredAt: T0 + HOUR, endedAt: null } as const;
        expect(await under.store.progress('a', late)).toEqual(ended);
        const named = { ...ended, providerId: 'p1' };
        expect(await under.store.progress('a', { ...late, providerId: 'p1' })).toEqual(named);
        expect(await under.store.call('a')).toEqual(named);
      });

      it('[E2] has one end, whoever of two tells it first', async () => {
        await under.store.insertCall(callRow('a'));
        const told = await Promise.all([
          under.store.progress('a', END),
          under.store.progress('a', { ...END, outcome: 'busy' }),
        ]);
        expect(told.map((call) => call?.outcome)).toEqual(['no-answer', 'no-answer']);
      });
    });

    describe('lists', () => {
      it('[E6] calls without an end are known after a restart, the oldest first, by hand too', async () => {
        await under.store.insertCall(callRow('b', { placedAt: T0 + 1 }));
        await under.store.insertCall(callRow('c', { placedAt: T0 + 2, line: 'manual', district: 'south' }));
        await under.store.insertCall(callRow('a', { placedAt: T0 }));
        await under.store.insertCall(callRow('over', { placedAt: T0 }));
        await under.store.progress('over', END);
        // Its outcome stands while the last word is spoken; the call is not over yet.
        await under.store.progress('b', { outcome: 'acknowledged', pressed: '1' });
        under = await under.reopen();
        expect((await under.store.liveCalls()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
      });

      it('the newest calls of a district come first, no more than asked for', async () => {
        for (const [index, id] of ['a', 'b', 'c'].entries()) {
          await under.store.insertCall(callRow(id, { placedAt: T0 + index }));
        }
        await under.store.insertCall(callRow('d', { placedAt: T0 + 2 }));
        await under.store.insertCall(callRow('e', { placedAt: T0 + 9, district: 'south' }));
        expect((await under.store.recentCalls('north', 3)).map(({ id }) => id)).toEqual(['d', 'c', 'b']);
        expect(await under.store.recentCalls('elsewhere', 3)).toEqual([]);
      });

      it('[E7] who was reached last: the newest end of each contact, not the newest row', async () => {
        const { callee } = callRow('one');
        const ended = (id: string, endedAt: number, changes: Partial<CallRow>) =>
          under.store.insertCall(callRow(id, { callee, endedAt, ...changes }));
        await ended('a', T0 + HOUR, { outcome: 'wrong-number' });
        await ended('b', T0, { outcome: 'acknowledged' });
        await under.store.insertCall(callRow('live', { callee, outcome: 'acknowledged' }));
        await under.store.insertCall(callRow('two', { endedAt: T0, outcome: 'no-key' }));
        await under.store.insertCall(callRow('far', { endedAt: T0, outcome: 'busy', district: 'south' }));
        const found = await under.store.lastReached('north');
        expect([...found].sort((a, b) => a.contactId.localeCompare(b.contactId))).toEqual([
          { contactId: callee.contactId, at: T0 + HOUR, outcome: 'wrong-number' },
          { contactId: 'contact-two', at: T0, outcome: 'no-key' },
        ]);
      });

      it.each(CALL_OUTCOMES)(
        '[E7] the end "%s" says whether somebody can be reached, or it does not',
        async (outcome) => {
          await under.store.insertCall(callRow('a', { endedAt: T0, outcome }));
          const saysSo = !ENDS_OF_OURS.includes(outcome);
          expect(await under.store.lastReached('north')).toHaveLength(saysSo ? 1 : 0);
        },
      );

      it('[E7] a call by hand says so as well, unless nobody wrote its end down', async () => {
        const byHand = { line: 'manual', endedAt: T0, outcome: 'no-answer' } as const;
        await under.store.insertCall(callRow('a', byHand));
        await under.store.insertCall(callRow('b', { ...byHand, code: NOT_WRITTEN }));
        expect((await under.store.lastReached('north')).map(({ contactId }) => contactId)).toEqual(['contact-a']);
      });
    });

    it('500 calls at once are all written', async () => {
      const calls = Array.from({ length: 500 }, (_, index) => callRow(`c${index}`));
      const answers = await Promise.all(calls.map((call) => under.store.insertCall(call)));
      expect(new Set(answers)).toEqual(new Set(['inserted']));
      under = await under.reopen();
      expect((await under.store.liveCalls()).map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
    });
  });
}
