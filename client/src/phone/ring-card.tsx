import type { Ring } from '@faultline/shared/wire/phone.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFromNow } from '../live/clock.ts';
import type { PageSound } from '../live/page-sound.ts';
import { Button } from '../parts/button.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { span } from '../text/format.ts';
import type { CallState } from './phone-call.ts';
import { act } from './phone-session.ts';
import { usePhone } from './phone-store.ts';
import { SoundBanner } from './sound-banner.tsx';

/** It rings: who calls, for whom, what waits where and since when; no address and no fault before a key. [E4] */
export function RingCard({
  call: { ring, isAnswering },
  tone,
}: {
  readonly call: Extract<CallState, { at: 'ringing' }>;
  readonly tone: PageSound;
}): ReactNode {
  const { t } = useTranslation('phone');
  const isCutOff = usePhone((state) => state.link.at !== 'open');
  const name = usePhone((state) => state.contact?.name ?? '');
  return (
    <div className="phone phone-ring" role="alertdialog" aria-labelledby="ring-title" data-testid="ring-card">
      <SoundBanner tone={tone} />
      {isCutOff && (
        <p className="phone-banner" role="alert">
          {t('ring.cutOff')}
        </p>
      )}
      <main className="phone-main">
        <p className="phone-bell" aria-hidden="true">
          ☎
        </p>
        <h1 id="ring-title">{t(ring.purpose === 'test' ? 'ring.test' : 'ring.ladder')}</h1>
        <p>{t('ring.title', { name })}</p>
        <WhatWaits ring={ring} />
        <p className="phone-left">
          {t('ring.left')} <Countdown deadlineAt={ring.ringUntil} isUnknown={isCutOff} />
        </p>
      </main>
      <div className="phone-answer">
        <Button label={t('ring.decline')} size="large" kind="danger" shortcut="Escape" onPress={hangUp} />
        <Button
          label={t(isAnswering ? 'ring.answering' : 'ring.answer')}
          size="large"
          kind="main"
          shortcut="Enter"
          isBusy={isAnswering}
          onPress={() => act({ type: 'answer' })}
        />
      </div>
    </div>
  );
}

function hangUp(): void {
  act({ type: 'hang-up' });
}

/** More would push the keys off a phone's screen. */
const SHOWN_TICKETS = 4;

export function WhatWaits({ ring }: { readonly ring: Ring }): ReactNode {
  const { t } = useTranslation(['phone', 'words']);
  if (ring.purpose === 'test') return <p>{t('phone:ring.testHint')}</p>;
  const { tickets } = ring;
  const more = tickets.length - SHOWN_TICKETS;
  return (
    <section className="phone-tickets">
      <h2>{t('phone:ring.tickets', { count: tickets.length })}</h2>
      <ul>
        {tickets.slice(0, SHOWN_TICKETS).map(({ number, area, kind, since }) => (
          <li key={`${number} ${kind}`}>
            <strong>{area}</strong>
            <span>{t(`words:feedback.${kind}`)}</span>
            <span className="figures">{number}</span>
            <span className="phone-since">
              {t('phone:ring.since')} <Since at={since} />
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{t('phone:ring.more', { count: more })}</p>}
    </section>
  );
}

function Since({ at }: { readonly at: number }): ReactNode {
  return <span className="figures">{useFromNow((now) => span(Math.max(0, now - at)))}</span>;
}
