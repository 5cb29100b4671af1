import { firstRunStateSchema } from '@faultline/shared/wire/http.ts';
import { useEffect, useState } from 'react';
import { get } from '../live/api.ts';

export interface FirstRun {
  readonly state: 'asking' | 'failed' | 'needed' | 'over';
  readonly retry: () => void;
  readonly finish: () => void;
}

/** Whether the database is still empty; nothing else of this page makes sense before that is known. */
export function useFirstRun(): FirstRun {
  const [state, setState] = useState<FirstRun['state']>('asking');
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const asking = new AbortController();
    setState('asking');
    // Naming the count makes every try a new question.
    readState(asked, asking.signal)
      .then((answer) => {
        if (asking.signal.aborted) return;
        if (!answer.ok) setState('failed');
        else setState(answer.value.isNeeded ? 'needed' : 'over');
      })
      .catch(reportError);
    return () => asking.abort();
  }, [asked]);
  return { state, retry: () => setAsked(asked + 1), finish: () => setState('over') };
}

function readState(_asked: number, signal: AbortSignal) {
  return get('/api/first-run', firstRunStateSchema, { signal });
}
