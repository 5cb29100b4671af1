import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageSound } from '../live/page-sound.ts';
import { Button } from '../parts/button.tsx';

/** A phone that cannot be heard says so as long as it is so. */
export function SoundBanner({ tone }: { readonly tone: PageSound }): ReactNode {
  const { t } = useTranslation('phone');
  if (tone.state === 'ready') return null;
  return (
    <div className="phone-banner" role="alert" data-testid="sound-banner" data-sound={tone.state}>
      <span>{t(tone.state === 'held-back' ? 'sound.heldBack' : 'sound.unavailable')}</span>
      {tone.state === 'held-back' && <Button label={t('sound.allow')} kind="main" onPress={tone.allow} />}
    </div>
  );
}
