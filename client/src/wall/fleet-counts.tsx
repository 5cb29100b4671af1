import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { VEHICLE_STATES } from '@faultline/shared/vehicle/vehicle.ts';
import type { ReactNode } from 'react';
import { useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { serverClock } from '../live/clock.ts';
import type { FleetStore } from '../map/fleet.ts';
import { fixFreshness } from '../map/fleet.ts';
import type { Availability, FleetCounts } from './wall-model.ts';
import { AVAILABILITIES, fleetCountsOf } from './wall-model.ts';

/** Vehicles by what they do, and under each figure the crews that this leaves. */
export function FleetCountsView({ fleet }: { readonly fleet: FleetStore }): ReactNode {
  const { t } = useTranslation('wall');
  const counts = useFleetCounts(fleet);
  return (
    <section className="wall-tile wall-fleet" aria-label={t('fleet.title')} data-testid="fleet-counts">
      <ul className="count-cells">
        {AVAILABILITIES.map((availability) => (
          <li
            key={availability}
            className="count-cell"
            data-availability={availability}
            data-silent={(availability === 'silent' && counts.vehicles.silent > 0) || undefined}
          >
            <span className="count-cell-label">{t(`fleet.${availability}`)}</span>
            <span className="count-cell-figure figures">{counts.vehicles[availability]}</span>
            <span className="count-cell-foot figures">{t('fleet.crews', { count: counts.crews[availability] })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Counted once a second from the map's arrays; renders only when a figure changes. */
function useFleetCounts(fleet: FleetStore): FleetCounts {
  const last = useRef<{ readonly key: string; readonly counts: FleetCounts } | null>(null);
  const readCounts = (): FleetCounts => {
    const { vehicles } = useBoard.getState();
    const counts = fleetCountsOf(vehicles, (vehicle) => availabilityOf(fleet, vehicle));
    const key = JSON.stringify(counts);
    if (last.current?.key !== key) last.current = { key, counts };
    return last.current.counts;
  };
  return useSyncExternalStore(serverClock.subscribe, readCounts);
}

const STATE_WORDS = {
  standby: 'free',
  travelling: 'travelling',
  'on-site': 'on-site',
  paused: 'paused',
  'off-duty': null,
} as const satisfies Record<(typeof VEHICLE_STATES)[number], Availability | null>;

/** A vehicle on duty that has not been heard of for long is silent, whatever it was doing then. [V6] */
function availabilityOf(store: FleetStore, vehicle: Vehicle): Availability | null {
  const fleet = store.fleet();
  const index = store.indexOf(vehicle.id);
  const state = index === null ? undefined : VEHICLE_STATES[fleet.state[index] ?? -1];
  if (index === null || state === undefined || STATE_WORDS[state] === null) return null;
  const freshness = fixFreshness(fleet, index, serverClock.second());
  return freshness === 'live' || freshness === 'stale' ? STATE_WORDS[state] : 'silent';
}
