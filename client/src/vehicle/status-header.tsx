import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Age } from '../parts/time-marks.tsx';
import type { GpsState } from './gps.ts';
import { takenAt, useGps } from './gps.ts';
import { unsentCount } from './outbox.ts';
import { SettingsDialog } from './settings-dialog.tsx';
import { useVehicle } from './vehicle-store.ts';

/** Who this is, whether the server hears it, what is unsent, and whether anybody knows where it is. */
export function StatusHeader(): ReactNode {
  const { t } = useTranslation('vehicle');
  const nameOf = useName();
  const identity = useVehicle((state) => state.identity);
  const crewName = useVehicle((state) => state.crewName);
  const [isOpen, setOpen] = useState(false);
  return (
    <header className="vehicle-head">
      <p className="vehicle-who">
        <strong>{identity?.callSign}</strong> <span className="figures">{identity?.plate}</span>
        {crewName && <span className="vehicle-crew">{nameOf(crewName)}</span>}
      </p>
      <LinkSign />
      <GpsSign />
      <Button label="☰" name={t('settings.open')} onPress={() => setOpen(true)} />
      <SettingsDialog isOpen={isOpen} onClose={() => setOpen(false)} />
    </header>
  );
}

function LinkSign(): ReactNode {
  const { t } = useTranslation('vehicle');
  const at = useVehicle((state) => state.link.at);
  const count = useVehicle((state) => unsentCount(state.words));
  return (
    <p className="vehicle-sign" role="status" data-link={at} data-well={at === 'open' && count === 0}>
      <span className="vehicle-sign-mark" aria-hidden="true">
        {at === 'open' ? '●' : '✕'}
      </span>
      <span>{t(`link.${at}`)}</span>
      <span className="vehicle-sign-more">{count > 0 ? t('link.unsent', { count }) : t('link.allSent')}</span>
    </p>
  );
}

const HINTS = {
  off: 'offHint',
  insecure: 'insecureHint',
  unsupported: 'unsupportedHint',
  searching: 'searchingHint',
  denied: 'deniedHint',
  lost: 'lostHint',
  known: 'knownHint',
} as const satisfies Record<GpsState['at'], string>;

/** The age and the accuracy of the position that others see; without one, why, and what to do. [V6] */
function GpsSign(): ReactNode {
  const { t } = useTranslation('vehicle');
  const gps = useGps((state) => state.gps);
  const [isOpen, setOpen] = useState(false);
  const last = 'last' in gps ? gps.last : null;
  return (
    <>
      <button
        type="button"
        className="vehicle-sign"
        data-gps={gps.at}
        data-well={gps.at === 'known'}
        onClick={() => setOpen(true)}
      >
        <span className="vehicle-sign-mark" aria-hidden="true">
          {gps.at === 'known' ? '◎' : '✕'}
        </span>
        <span>
          {t(`gps.${gps.at}`)}{' '}
          {last?.accuracyM != null && gps.at === 'known' && (
            <span className="figures">{t('gps.accuracy', { metres: Math.round(last.accuracyM) })} </span>
          )}
          {last && <Age at={takenAt(last)} />}
        </span>
        <span className="hidden-text">{t('gps.details')}</span>
      </button>
      <Dialog title={t(`gps.${gps.at}`)} isOpen={isOpen} onClose={() => setOpen(false)}>
        <p>{t(`gps.${HINTS[gps.at]}`)}</p>
        {last && (
          <p>
            {t('gps.lastKnown')} <Age at={takenAt(last)} />
            {last.accuracyM !== null && ` ${t('gps.accuracy', { metres: Math.round(last.accuracyM) })}`}
          </p>
        )}
      </Dialog>
    </>
  );
}
