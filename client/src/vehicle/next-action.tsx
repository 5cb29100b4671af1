import { SECOND } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import type { LegView } from './leg-view.ts';
import type { Step } from './numbered-message.ts';
import { session } from './vehicle-actions.ts';

/** The next button appears under the finger that has just pressed: for this long it takes no press, which may be the same one. */
const ARMED_AFTER = 1.2 * SECOND;

/** The one thing to do next, as large as a thumb in a glove. Mounted anew for every step. */
export function NextAction({
  view,
  step,
}: {
  readonly view: LegView;
  readonly step: Exclude<Step, 'record'>;
}): ReactNode {
  const { t } = useTranslation('vehicle');
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    if (isArmed) return;
    const timer = setTimeout(() => setArmed(true), ARMED_AFTER);
    return () => clearTimeout(timer);
  }, [isArmed]);
  const press = (): void => {
    setArmed(false);
    session()?.say(view.ticket.id, view.leg.no, { type: step });
  };
  return (
    <div className="vehicle-next">
      <Button label={t(`step.${step}`)} kind="main" size="large" isBusy={!isArmed} onPress={press} />
    </div>
  );
}
