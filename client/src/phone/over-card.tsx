import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import type { CallState } from './phone-call.ts';
import { act } from './phone-session.ts';
import { speak } from './voice.ts';

/** How the call ended: stays until it is read or a few seconds have passed. */
export function OverCard({ call }: { readonly call: Extract<CallState, { at: 'over' }> }): ReactNode {
  const { t } = useTranslation('phone');
  const { ring, ending, text, pressed } = call;
  const { language } = ring;
  useEffect(() => {
    // What was said to its end needs no repetition; what broke into the call does.
    if (text === '' || ending === 'ended') return;
    return speak(text, language, () => {});
  }, [text, ending, language]);
  return (
    <div className="phone phone-over" data-testid="over-card" data-ending={ending}>
      <main className="phone-main">
        <h1>{t('over.title')}</h1>
        {text !== '' && (
          <p className="phone-said" lang={language === 'en' ? 'en' : 'zh-CN'} role="status">
            {text}
          </p>
        )}
        {(text === '' || ending !== 'ended') && (
          <p className="phone-reach" role="status">
            {t(`over.ending.${ending}`)}
          </p>
        )}
        {pressed !== '' && <p className="phone-quiet">{t('over.pressed', { key: pressed })}</p>}
      </main>
      <div className="phone-answer">
        <Button
          label={t('over.ok')}
          size="large"
          kind="main"
          shortcut="Enter"
          onPress={() => act({ type: 'dismiss' })}
        />
      </div>
    </div>
  );
}
