import type { ReactNode } from 'react';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useTicketViews } from '../live/derived.ts';
import type { FleetStore } from '../map/fleet.ts';
import { CutOff } from '../parts/states.tsx';
import { AlarmStripView } from './alarm-strip.tsx';
import { FleetCountsView } from './fleet-counts.tsx';
import { SegmentCountsView } from './segment-counts.tsx';
import { UrgentList } from './urgent-list.tsx';
import type { RemSize } from './use-rem.ts';
import { WallHeader } from './wall-header.tsx';
import { mapTicketsOf } from './wall-model.ts';

/** The map is two fifths of the wall's code; the figures and alarms beside it must not wait for it. */
const MapView = lazy(async () => ({ default: (await import('../map/map-view.tsx')).MapView }));

export interface WallProps {
  readonly fleet: FleetStore;
  readonly rem: RemSize;
}

/** Everything at once and in its place: nothing on a wall scrolls, rotates or waits for a pointer. */
export function Wall({ fleet, rem }: WallProps): ReactNode {
  const { t } = useTranslation('common');
  const district = useBoard((state) => state.district);
  const dataAsOf = useBoard((state) => (state.status === 'cut-off' ? state.dataAsOf : null));
  const isCutOff = dataAsOf !== null;
  const views = useTicketViews();
  const tickets = useMemo(() => mapTicketsOf(views), [views]);

  return (
    <main className="wall" data-cut-off={isCutOff || undefined} data-testid="wall" aria-label={t('product')}>
      <WallHeader rem={rem.px} />
      <div className="wall-alarms">
        {isCutOff ? <CutOff since={dataAsOf} /> : <AlarmStripView isOneColumn={rem.isOneColumn} />}
      </div>
      <div className="wall-map">
        <Suspense>
          {district && (
            // The canvases take the size of their labels once; another size is another map.
            <MapView
              key={rem.px}
              home={district.bounds}
              fleet={fleet}
              tickets={tickets}
              isCutOff={isCutOff}
              fitsItself
            />
          )}
        </Suspense>
      </div>
      <UrgentList isCutOff={isCutOff} isOneColumn={rem.isOneColumn} />
      <div className="wall-counts">
        <SegmentCountsView isCutOff={isCutOff} />
        <FleetCountsView fleet={fleet} />
      </div>
    </main>
  );
}
