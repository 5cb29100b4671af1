import type { Instant } from '@faultline/shared/time.ts';
import { useCallback } from 'react';
import type { TimeShape } from './format.ts';
import { NO_TIME, timeOf } from './format.ts';
import { useZone } from './zone.ts';

/** Writes moments in the zone of the district; `null` is a dash, because no time is ever invented. [T3] */
export function useTime(): (at: Instant | null, shape: TimeShape) => string {
  const zone = useZone((state) => state.zone);
  return useCallback((at, shape) => (at === null ? NO_TIME : timeOf(at, shape, zone)), [zone]);
}
