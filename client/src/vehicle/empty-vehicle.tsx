import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../parts/states.tsx';
import { useVehicle } from './vehicle-store.ts';

/** Nothing to do is normal; not to know whether there is something is not, and is said. */
export function EmptyVehicle(): ReactNode {
  const { t } = useTranslation('vehicle');
  const isOpen = useVehicle((state) => state.link.at === 'open');
  const isAway = useVehicle((state) => state.duty !== null && state.duty !== 'on-duty');
  const hint = isOpen ? t(isAway ? 'empty.away' : 'empty.standby') : t('empty.cutOff');
  return (
    <section className="vehicle-empty">
      <Empty title={t('empty.title')} hint={hint} />
    </section>
  );
}
