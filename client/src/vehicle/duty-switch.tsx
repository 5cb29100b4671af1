import type { VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import { VEHICLE_DUTIES } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { session } from './vehicle-actions.ts';
import { useVehicle } from './vehicle-store.ts';

/** On duty, on a pause, off: the centre sees it, and dispatches accordingly. [V2] [V3] */
export function DutySwitch(): ReactNode {
  const { t } = useTranslation(['vehicle', 'words']);
  const duty = useVehicle((state) => state.duty);
  const wanted = useVehicle((state) => wantedDuty(state.words));
  return (
    <fieldset className="vehicle-duty">
      <legend>
        {t('vehicle:duty.label')}
        {wanted && <span className="vehicle-unsent">{t('vehicle:duty.unsent')}</span>}
      </legend>
      {VEHICLE_DUTIES.map((candidate) => (
        <Button
          key={candidate}
          label={t(`words:vehicleDuty.${candidate}`)}
          isPressed={candidate === (wanted ?? duty)}
          onPress={() => {
            if (candidate !== (wanted ?? duty)) session()?.sayDuty(candidate);
          }}
        />
      ))}
    </fieldset>
  );
}

function wantedDuty(words: ReturnType<typeof useVehicle.getState>['words']): VehicleDuty | null {
  const word = words.findLast(({ message, refusal }) => message.type === 'duty' && refusal === null);
  return word?.message.type === 'duty' ? word.message.duty : null;
}
