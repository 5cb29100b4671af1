import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { serverClock, useFromNow } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { useTime } from '../text/use-time.ts';
import { readOffice } from './office.ts';

/** The server does not announce a device that has used its code, so the open dialog asks this often. */
const ASK_EVERY = 3 * SECOND;

export interface CodeDialogProps {
  readonly title: string;
  /** Where the code is typed in. */
  readonly hint: string;
  readonly code: string;
  readonly expiresAt: Instant;
  /** Whether the device has used this code meanwhile. */
  readonly isUsed: boolean;
  readonly onClose: () => void;
}

/** A one-time code: shown once and never again, because the server keeps only its hash. */
export function CodeDialog({ title, hint, code, expiresAt, isUsed, onClose }: CodeDialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'common']);
  const time = useTime();
  const isExpired = useFromNow((now) => now >= expiresAt);
  useEffect(
    () =>
      serverClock.subscribe(() => {
        if (serverClock.second() % ASK_EVERY === 0) readOffice().catch(reportError);
      }),
    [],
  );
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      actions={<Button label={t('common:action.close')} kind="main" onPress={onClose} />}
    >
      <p>{hint}</p>
      <p className="admin-code figures" data-testid="code" data-over={isExpired || isUsed || undefined}>
        {code}
      </p>
      <p role="status">
        {isUsed && <strong>{t('admin:code.used')}</strong>}
        {!isUsed && isExpired && <strong className="admin-lacks">{t('admin:code.expired')}</strong>}
        {!isUsed && !isExpired && t('admin:code.expires', { time: time(expiresAt, 'hh:mm') })}
      </p>
      {!isUsed && !isExpired && (
        <p className="quiet">
          <Countdown deadlineAt={expiresAt} /> · {t('admin:code.once')}
        </p>
      )}
    </Dialog>
  );
}
