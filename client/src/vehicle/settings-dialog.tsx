import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Checkbox } from '../parts/field.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { unsentCount } from './outbox.ts';
import { TEXT_SIZES, THEMES, useSettings } from './settings.ts';
import { leaveVehicle } from './vehicle-actions.ts';
import { useVehicle } from './vehicle-store.ts';

export function SettingsDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTranslation('vehicle');
  const { isSpoken, textSize, theme, change } = useSettings();
  return (
    <Dialog title={t('settings.title')} isOpen={isOpen} onClose={onClose}>
      <LanguageSwitch />
      <Checkbox
        label={t('settings.speech')}
        checked={isSpoken}
        onChange={(event) => change({ isSpoken: event.target.checked })}
      />
      <fieldset className="vehicle-choices">
        <legend>{t('settings.size')}</legend>
        {TEXT_SIZES.map((size) => (
          <Button
            key={size}
            label={t(`settings.sizes.${size}`)}
            isPressed={size === textSize}
            onPress={() => change({ textSize: size })}
          />
        ))}
      </fieldset>
      <fieldset className="vehicle-choices">
        <legend>{t('settings.theme')}</legend>
        {THEMES.map((one) => (
          <Button
            key={one}
            label={t(`settings.themes.${one}`)}
            isPressed={one === theme}
            onPress={() => change({ theme: one })}
          />
        ))}
      </fieldset>
      <Leave />
    </Dialog>
  );
}

/** Leaving asks twice, because coming back needs a code. */
function Leave(): ReactNode {
  const { t } = useTranslation('vehicle');
  const identity = useVehicle((state) => state.identity);
  const count = useVehicle((state) => unsentCount(state.words));
  const [isAsked, setAsked] = useState(false);
  return (
    <section className="vehicle-leave">
      <p>
        {t('settings.vehicle')} <strong>{identity?.callSign}</strong> {identity?.plate}
      </p>
      {isAsked ? (
        <>
          <p>{t('settings.leaveHint')}</p>
          {count > 0 && <p>{t('settings.leaveUnsent', { count })}</p>}
          <Button label={t('settings.leaveSure')} kind="danger" onPress={leaveVehicle} />
        </>
      ) : (
        <Button label={t('settings.leave')} onPress={() => setAsked(true)} />
      )}
    </section>
  );
}
