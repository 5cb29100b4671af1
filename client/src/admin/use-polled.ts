import type { Duration } from '@faultline/shared/time.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Schema } from '../live/api.ts';
import { get } from '../live/api.ts';
import { serverClock } from '../live/clock.ts';

export interface Polled<Value> {
  /** The newest answer; it stays while later questions are under way or refused. */
  readonly value: Value | null;
  readonly refusal: WireRefusal | null;
  /** Asks at once. */
  readonly read: () => void;
}

/**
 * What the server says under a path, asked again and again: for what it does not announce by itself.
 *
 * @param path `null` asks nothing; another path forgets what the one before has said
 * @param every whole seconds; `null` asks once
 */
export function usePolled<Value>(path: string | null, schema: Schema<Value>, every: Duration | null): Polled<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [refusal, setRefusal] = useState<WireRefusal | null>(null);
  const asking = useRef<AbortController | null>(null);
  const isAsking = useRef(false);
  const read = useCallback((): void => {
    const { current } = asking;
    // One question at a time: on a slow network they would only overtake each other.
    if (path === null || current === null || isAsking.current) return;
    isAsking.current = true;
    get(path, schema, { signal: current.signal })
      .then((answer) => {
        if (current.signal.aborted) return;
        isAsking.current = false;
        setRefusal(answer.ok ? null : answer.refusal);
        if (answer.ok) setValue(answer.value);
      })
      .catch(reportError);
  }, [path, schema]);
  useEffect(() => {
    const controller = new AbortController();
    asking.current = controller;
    isAsking.current = false;
    setValue(null);
    setRefusal(null);
    read();
    return () => controller.abort();
  }, [read]);
  useEffect(() => {
    if (every === null) return;
    return serverClock.subscribe(() => {
      if (serverClock.second() % every === 0) read();
    });
  }, [read, every]);
  return { value, refusal, read };
}
