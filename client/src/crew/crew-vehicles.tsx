import type { Vehicle, VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import { VEHICLE_DUTIES } from '@faultline/shared/organisation/organisation.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { freshnessOf, vehicleStateOf } from '@faultline/shared/vehicle/state.ts';
import { vehicleSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../live/api.ts';
import { useBoard } from '../live/board.ts';
import { useFromNow } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { useNotices } from '../parts/notices.tsx';
import { Empty } from '../parts/states.tsx';
import { Age } from '../parts/time-marks.tsx';
import { useNames } from '../ticket/names.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { positions } from './crew-positions.ts';

/** How often a vehicle that stands reports; the rule makes of it what is stale. */
const REPORTED_EVERY = 10 * SECOND;

export interface CrewVehiclesProps {
  readonly crewId: string;
  /** Open tickets by vehicle. */
  readonly held: ReadonlyMap<string, number>;
}

/** The crew's own vehicles: what each does, how old its position is, and its duty. [V2] [V6] */
export function CrewVehicles({ crewId, held }: CrewVehiclesProps): ReactNode {
  const { t } = useTranslation('crew');
  const all = useBoard((state) => state.vehicles);
  const vehicles = all.filter((vehicle) => vehicle.crewId === crewId && vehicle.isActive);
  return (
    <section className="crew-part" aria-labelledby="fleet-title">
      <h2 id="fleet-title">
        {t('fleet.title')} <span className="figures">{vehicles.length}</span>
      </h2>
      {vehicles.length === 0 ? (
        <Empty title={t('fleet.emptyTitle')} hint={t('fleet.empty')} />
      ) : (
        <ul className="crew-cards">
          {vehicles.map((vehicle) => (
            <li key={vehicle.id}>
              <VehicleCard vehicle={vehicle} held={held.get(vehicle.id) ?? 0} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function VehicleCard({ vehicle, held }: { readonly vehicle: Vehicle; readonly held: number }): ReactNode {
  const { t } = useTranslation(['crew', 'words', 'common']);
  const names = useNames();
  const tickets = useBoard((state) => state.tickets);
  const trades = useBoard((state) => state.trades);
  const isConnected = useBoard((state) => state.connectedVehicleIds.has(vehicle.id));
  const state = vehicleStateOf(vehicle, tickets.values());
  return (
    <article className="crew-card" aria-label={vehicle.callSign} data-vehicle={vehicle.id} data-state={state}>
      <div className="crew-card-lines">
        <strong className="crew-place">{names.vehicle(vehicle.id)}</strong>
        <span className="quiet">
          {trades
            .filter(({ id }) => vehicle.tradeIds.includes(id))
            .map(({ name }) => names.of(name))
            .join(' ')}
        </span>
      </div>
      <dl className="crew-clocks">
        <div>
          <dt>{t('crew:fleet.state')}</dt>
          <dd>{t(`words:vehicleState.${state}`)}</dd>
        </div>
        <div>
          <dt>{t('crew:fleet.position')}</dt>
          <dd>
            <PositionAge index={vehicle.index} />
          </dd>
        </div>
        <div>
          <dt>{t('crew:fleet.held')}</dt>
          <dd className="figures">{held}</dd>
        </div>
      </dl>
      <p className="quiet">{isConnected ? t('crew:fleet.connected') : t('crew:fleet.disconnected')}</p>
      <DutyButtons vehicle={vehicle} />
    </article>
  );
}

function PositionAge({ index }: { readonly index: number }): ReactNode {
  const { t } = useTranslation(['crew', 'words']);
  const at = useFromNow(() => positions.of(index)?.fixedAt ?? null);
  const freshness = useFromNow((now) => freshnessOf(positions.of(index)?.receivedAt ?? null, now, REPORTED_EVERY));
  if (at === null) return t('crew:fleet.noPosition');
  return (
    <span data-freshness={freshness}>
      <Age at={at} /> {freshness !== 'live' && t(`words:freshness.${freshness}`)}
    </span>
  );
}

function DutyButtons({ vehicle }: { readonly vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation(['crew', 'words']);
  const names = useNames();
  const refusalText = useRefusalText();
  const [wanted, setWanted] = useState<VehicleDuty | null>(null);
  const change = async (duty: VehicleDuty): Promise<void> => {
    if (duty === vehicle.duty || wanted !== null) return;
    setWanted(duty);
    const answer = await post(`/api/vehicles/${encodeURIComponent(vehicle.id)}/duty`, { duty }, vehicleSchema);
    setWanted(null);
    const name = names.vehicle(vehicle.id);
    const { show } = useNotices.getState();
    if (answer.ok) show('done', t('crew:fleet.done', { vehicle: name, duty: t(`words:vehicleDuty.${duty}`) }));
    else show(answer.refusal.code === 'fault' ? 'fault' : 'refused', `${name}: ${refusalText(answer.refusal)}`);
  };
  return (
    <fieldset className="crew-duty" aria-label={t('crew:fleet.dutyOf', { vehicle: vehicle.callSign })}>
      {VEHICLE_DUTIES.map((duty) => (
        <Button
          key={duty}
          label={t(`words:vehicleDuty.${duty}`)}
          isPressed={duty === vehicle.duty}
          isBusy={duty === wanted}
          onPress={() => void change(duty)}
        />
      ))}
    </fieldset>
  );
}
