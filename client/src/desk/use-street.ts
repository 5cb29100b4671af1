import { streetAnswerSchema } from '@faultline/shared/wire/http.ts';
import { useEffect } from 'react';
import { get } from '../live/api.ts';
import { useIntake } from './intake-store.ts';

/**
 * Writes the street and the area of the picked place into the draft when the server has found them. What a person has
 * typed stays, and nothing waits for the answer: without one the street is typed.
 */
export function useStreet(): void {
  const position = useIntake((state) => state.draft.position);
  useEffect(() => {
    if (!position) return;
    const leaving = new AbortController();
    const find = async (): Promise<void> => {
      const query = new URLSearchParams({ lon: position.lon.toFixed(6), lat: position.lat.toFixed(6) });
      const answer = await get(`/api/streets?${query}`, streetAnswerSchema, { signal: leaving.signal });
      const { draft, change } = useIntake.getState();
      if (!answer.ok || leaving.signal.aborted || draft.position !== position) return;
      const { street, area } = answer.value;
      change({
        ...(street !== null && !draft.isStreetTyped ? { street } : {}),
        ...(area !== null ? { area } : {}),
      });
    };
    void find();
    return () => leaving.abort();
  }, [position]);
}
