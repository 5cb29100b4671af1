import type { ReactNode } from 'react';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from '../parts/states.tsx';
import { useScreenAwake } from '../wall/use-screen-awake.ts';
import { CurrentTicket } from './current-ticket.tsx';
import { DutySwitch } from './duty-switch.tsx';
import { EmptyVehicle } from './empty-vehicle.tsx';
import type { LegView } from './leg-view.ts';
import { currentOf, legViews } from './leg-view.ts';
import { Messages } from './messages.tsx';
import { NewsBanner } from './news-banner.tsx';
import { OtherTickets } from './other-tickets.tsx';
import { RecallScreen } from './recall-screen.tsx';
import { SignIn } from './sign-in.tsx';
import { StatusHeader } from './status-header.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { startGps } from './vehicle-actions.ts';
import { useVehicle } from './vehicle-store.ts';

export function VehiclePage(): ReactNode {
  const phase = useVehicle((state) => state.phase);
  const link = useVehicle((state) => state.link.at);
  if (phase === 'loading') {
    return (
      <main className="vehicle-door">
        <Loading />
      </main>
    );
  }
  return phase === 'signed-out' || link === 'revoked' ? <SignIn /> : <Work />;
}

function useLegViews(): { readonly underWay: readonly LegView[]; readonly takenBack: readonly LegView[] } {
  const legs = useVehicle((state) => state.legs);
  const words = useVehicle((state) => state.words);
  const vehicleId = useVehicle((state) => state.identity?.vehicleId ?? '');
  return useMemo(() => legViews(legs.values(), words, vehicleId), [legs, words, vehicleId]);
}

function Work(): ReactNode {
  const { t } = useTranslation('vehicle');
  const { underWay, takenBack } = useLegViews();
  const chosenKey = useVehicle((state) => state.chosenKey);
  const isOffDuty = useVehicle((state) => state.duty === 'off-duty');
  const current = currentOf(underWay, chosenKey);
  const currentKey = current?.key ?? null;
  const others = underWay.filter(({ key }) => key !== currentKey);
  const sound = useAnnouncements(underWay, takenBack);
  useScreenAwake();
  useEffect(() => (isOffDuty ? undefined : startGps()), [isOffDuty]);
  useEffect(() => {
    // What stands large stays large, whatever comes: somebody may be typing in it.
    if (currentKey !== null) useVehicle.setState({ chosenKey: currentKey });
  }, [currentKey]);
  return (
    <div className="vehicle" data-has-ticket={current !== null}>
      <StatusHeader />
      <Messages sound={sound} />
      <NewsBanner underWay={underWay} currentKey={currentKey} />
      <main className="vehicle-main">
        <h1 className="hidden-text">{t('title')}</h1>
        {current ? <CurrentTicket key={current.key} view={current} /> : <EmptyVehicle />}
        <div className="vehicle-side">
          {others.length > 0 && <OtherTickets views={others} />}
          <DutySwitch />
        </div>
      </main>
      <RecallScreen views={takenBack} />
    </div>
  );
}
