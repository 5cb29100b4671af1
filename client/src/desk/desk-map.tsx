import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import type { TicketView } from '../live/ticket-view.ts';
import { vehicleStatesOf } from '../live/vehicle-states.ts';
import type { MapPlace } from '../map/map-view.tsx';
import { MapView } from '../map/map-view.tsx';
import type { MapTicket } from '../map/ticket-layer.ts';
import { Button } from '../parts/button.tsx';
import { Age } from '../parts/time-marks.tsx';
import { useNames } from '../ticket/names.ts';
import { useDesk } from './desk-store.ts';
import { useIntake } from './intake-store.ts';
import { fleet, positions } from './live-parts.ts';

/** Where everything is. A click selects; while a ticket is being written it says where the fault is. */
export function DeskMap({ views }: { readonly views: readonly TicketView[]; readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const district = useBoard((state) => state.district);
  const isCutOff = useBoard((state) => state.status === 'cut-off');
  const pane = useDesk((state) => state.pane);
  const ticketId = useDesk((state) => state.ticketId);
  const vehicleId = useDesk((state) => state.vehicleId);
  const place = useIntake((state) => state.draft.position);
  const tickets = useMemo(() => views.map(toMapTicket), [views]);
  if (!district) return null;
  const { open, choose } = useDesk.getState();
  const isWriting = pane === 'intake';
  const pickPlace = (position: MapPlace): void => {
    useIntake.getState().change({ position });
    // On a narrow screen the form is behind the map.
    choose({ part: 'work' });
  };
  return (
    <section className="desk-map" aria-label={t('part.map')}>
      <MapView
        home={district.bounds}
        fleet={fleet}
        tickets={tickets}
        isCutOff={isCutOff}
        selectedTicketId={isWriting ? null : ticketId}
        selectedVehicleId={vehicleId}
        onPickTicket={(id) => open('ticket', id)}
        onPickVehicle={(id) => choose({ vehicleId: id })}
        {...(isWriting ? { onPickPlace: pickPlace } : {})}
        place={isWriting ? place : null}
      />
      {isWriting && <p className="map-hint">{t('intake.pickHint')}</p>}
      {vehicleId !== null && !isWriting && <VehicleCard vehicleId={vehicleId} />}
    </section>
  );
}

function toMapTicket({ ticket, alarms, hop }: TicketView): MapTicket {
  const { lon, lat, street } = ticket.report.place;
  return {
    id: ticket.id,
    lon,
    lat,
    priority: alarms[0]?.priority ?? null,
    letter: hop?.segment.slice(0, 1) ?? 'H',
    label: street,
  };
}

function VehicleCard({ vehicleId }: { readonly vehicleId: string }): ReactNode {
  const { t } = useTranslation(['desk', 'words', 'common']);
  const names = useNames();
  const vehicle = useBoard((state) => state.vehicles.find(({ id }) => id === vehicleId));
  const tickets = useBoard((state) => state.tickets);
  const trades = useBoard((state) => state.trades);
  if (!vehicle) return null;
  const state = vehicleStatesOf([vehicle], tickets.values()).get(vehicle.id) ?? 'standby';
  const fix = positions.of(vehicle.index);
  const held = [...tickets.values()].filter(
    ({ legs, cleared }) => !cleared && legs.some((leg) => leg.vehicleId === vehicleId && !leg.ending),
  );
  return (
    <aside className="vehicle-card" aria-label={t('desk:vehicle.card')}>
      <p>
        <strong>{names.vehicle(vehicleId)}</strong> {t(`words:vehicleState.${state}`)}
      </p>
      <p>
        {names.department(vehicle.crewId)} ·{' '}
        {trades
          .filter(({ id }) => vehicle.tradeIds.includes(id))
          .map(({ name }) => names.of(name))
          .join(' ')}
      </p>
      <p className="quiet">
        {fix ? (
          <>
            {t('desk:vehicle.fix')} <Age at={fix.fixedAt} />
          </>
        ) : (
          t('words:freshness.unknown')
        )}
      </p>
      {held.map((ticket) => (
        <Button
          key={ticket.id}
          label={`${ticket.report.number} ${ticket.report.place.street}`}
          onPress={() => useDesk.getState().open('ticket', ticket.id)}
        />
      ))}
      <Button
        label="✕"
        name={t('common:action.close')}
        onPress={() => useDesk.getState().choose({ vehicleId: null })}
      />
    </aside>
  );
}
