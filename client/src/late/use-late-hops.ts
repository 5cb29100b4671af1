import { MINUTE } from '@faultline/shared/time.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { LateHopsAnswer } from '@faultline/shared/wire/http.ts';
import { lateHopsAnswerSchema } from '@faultline/shared/wire/http.ts';
import { useEffect, useState } from 'react';
import { get } from '../live/api.ts';
import { useFromNow } from '../live/clock.ts';
import type { LateFilter } from './late-filter.ts';
import { isPeriodReversed, queryOf } from './late-filter.ts';

/** More rows are not read one by one: the list says how many there are and asks for a narrower filter. */
const MOST_ROWS = 200;

export interface LateReading {
  /** The last answer; it stays on the screen while the next one is on its way. */
  readonly answer: LateHopsAnswer | null;
  readonly refusal: WireRefusal | null;
  readonly isReading: boolean;
  readonly retry: () => void;
}

/** The late hops of a filter, read again once a minute while the period has no end. */
export function useLateHops(filter: LateFilter): LateReading {
  const [reading, setReading] = useState<Omit<LateReading, 'retry'>>({ answer: null, refusal: null, isReading: true });
  const [round, setRound] = useState(0);
  const isOpenEnded = filter.to === null;
  const minute = useFromNow((now) => (isOpenEnded ? Math.floor(now / MINUTE) : 0));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new minute and another try both mean reading again.
  useEffect(() => {
    if (isPeriodReversed(filter)) return;
    const leaving = new AbortController();
    const read = async (): Promise<void> => {
      setReading((before) => ({ ...before, isReading: true }));
      const answer = await get(`/api/late-hops?${queryOf(filter, MOST_ROWS)}`, lateHopsAnswerSchema, {
        signal: leaving.signal,
      });
      if (leaving.signal.aborted) return;
      setReading((before) =>
        answer.ok
          ? { answer: answer.value, refusal: null, isReading: false }
          : { answer: before.answer, refusal: answer.refusal, isReading: false },
      );
    };
    void read();
    return () => leaving.abort();
  }, [filter, minute, round]);
  return { ...reading, retry: () => setRound((before) => before + 1) };
}
