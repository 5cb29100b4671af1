import { strongestYes, yesOf } from '@faultline/shared/escalation/keys.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import type { CallState } from './phone-call.ts';
import { act } from './phone-session.ts';
import { usePhone } from './phone-store.ts';
import { WhatWaits } from './ring-card.tsx';
import { readingTime, speak, useHasVoice } from './voice.ts';

type Talking = Extract<CallState, { at: 'talking' }>;

/** Somebody who was asleep hears it a second time. */
const TIMES_SPOKEN = 2;
const BETWEEN: Duration = 2 * SECOND;

/** Answered: what the server says, spoken and in writing, and the keys that answer it. [E4] */
export function TalkCard({ call }: { readonly call: Talking }): ReactNode {
  const { t } = useTranslation('phone');
  const { ring, said, isLast, awaited } = call;
  const isCutOff = usePhone((state) => state.link.at !== 'open');
  const { isSilent, sayAgain } = useSpoken(call);
  return (
    <div className="phone phone-talk" data-testid="talk-card" data-last={isLast}>
      {isCutOff && (
        <p className="phone-banner" role="alert">
          {t('talk.cutOff')}
        </p>
      )}
      <main className="phone-main">
        <h1>{t('talk.title')}</h1>
        <p className="phone-said" lang={ring.language === 'en' ? 'en' : 'zh-CN'} role="status" data-testid="said">
          {said}
        </p>
        <p className="phone-quiet">
          {awaited !== null && !isLast ? t('talk.sent', { key: awaited }) : isSilent && t('talk.silent')}
        </p>
        {!isLast && <WhatWaits ring={ring} />}
      </main>
      {!isLast && <Keys call={call} isCutOff={isCutOff} />}
      <div className="phone-answer">
        <Button
          label={t('talk.hangUp')}
          size="large"
          kind="danger"
          shortcut="Escape"
          onPress={() => act({ type: 'hang-up' })}
        />
        {!isSilent && <Button label={t('talk.again')} size="large" onPress={sayAgain} />}
      </div>
    </div>
  );
}

function Keys({ call: { ring }, isCutOff }: { readonly call: Talking; readonly isCutOff: boolean }): ReactNode {
  const { t } = useTranslation('phone');
  const role = usePhone((state) => state.contact?.role ?? 'duty');
  const yes = strongestYes(ring.tickets.map(({ kind }) => yesOf(kind, role)));
  const keys =
    ring.purpose === 'test'
      ? [['1', t('talk.heard')] as const]
      : ([
          ['1', t(`talk.yes.${yes}`)],
          ['2', t('talk.no')],
          ['3', t('talk.details')],
        ] as const);
  return (
    <fieldset className="phone-keys" aria-label={t('talk.keys')}>
      {keys.map(([key, word]) => (
        <Button
          key={key}
          label={
            <>
              <span className="phone-digit">{key}</span> {word}
            </>
          }
          size="large"
          kind={key === '1' ? 'main' : 'plain'}
          shortcut={key}
          isDisabled={isCutOff}
          onPress={() => act({ type: 'press', key })}
        />
      ))}
    </fieldset>
  );
}

/** Speaks what the server says, the choice twice, the last word once; without a voice it leaves time to read. */
function useSpoken({ ring, said, isLast }: Talking): { readonly isSilent: boolean; readonly sayAgain: () => void } {
  const { language } = ring;
  const hasVoice = useHasVoice(language);
  const [hasFailed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  const isSilent = !hasVoice || hasFailed;

  useEffect(() => {
    if (isSilent) {
      const timer = setTimeout(() => act({ type: 'spoken' }), readingTime(said, language));
      return () => clearTimeout(timer);
    }
    // Naming the count speaks once more whenever somebody asks for it.
    return speakTimes(said, isLast || again > 0 ? 1 : TIMES_SPOKEN, language, {
      onSaid: () => act({ type: 'spoken' }),
      onSilent: () => setFailed(true),
    });
  }, [isSilent, said, isLast, language, again]);

  return { isSilent, sayAgain: () => setAgain((count) => count + 1) };
}

function speakTimes(
  text: string,
  times: number,
  language: Talking['ring']['language'],
  { onSaid, onSilent }: { readonly onSaid: () => void; readonly onSilent: () => void },
): () => void {
  let stop: () => void = () => {};
  const round = (left: number): void => {
    stop = speak(text, language, (how) => {
      if (how === 'silent') return onSilent();
      onSaid();
      if (left <= 1) return;
      const timer = setTimeout(() => round(left - 1), BETWEEN);
      stop = () => clearTimeout(timer);
    });
  };
  round(times);
  return () => stop();
}
