import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startBoard, useBoard } from '../live/board.ts';
import { feedFleet } from '../live/fleet-feed.ts';
import type { FleetStore } from '../map/fleet.ts';
import { createFleetStore } from '../map/fleet.ts';
import { Failed, Loading } from '../parts/states.tsx';
import { PairForm } from './pair-form.tsx';
import { useRem } from './use-rem.ts';
import { useScreenAwake } from './use-screen-awake.ts';
import { useSelfHealing } from './use-self-healing.ts';
import { Wall } from './wall.tsx';

/** The wall of whoever is signed in here: a paired screen, the demo's wall account, or any person. */
export function WallPage(): ReactNode {
  const { t } = useTranslation(['wall', 'common']);
  const status = useBoard((state) => state.status);
  const hasData = useBoard((state) => state.dataAsOf !== null);
  const fleet = useFollowedFleet();
  const rem = useRem();
  useScreenAwake();
  useSelfHealing();

  useEffect(() => {
    document.title = `${t('title')} · ${t('common:product')}`;
  }, [t]);

  if (status === 'signed-out') return <PairForm />;
  if (hasData) return <Wall fleet={fleet} rem={rem} />;
  return (
    <main className="wall-waiting">
      {status === 'failed' ? <Failed title={t('failed')} hint={t('failedHint')} /> : <Loading what={t('loading')} />}
    </main>
  );
}

/** Begins to follow the board, and hands positions straight to the map's arrays. */
function useFollowedFleet(): FleetStore {
  const [fleet] = useState(createFleetStore);
  useEffect(() => {
    const stopFeed = feedFleet(fleet);
    const stopBoard = startBoard({ onPositions: (frame) => fleet.applyFrame(frame), sendReceipts: false });
    return () => {
      stopBoard();
      stopFeed();
    };
  }, [fleet]);
  return fleet;
}
