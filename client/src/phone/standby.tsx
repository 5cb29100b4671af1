import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../live/clock.ts';
import type { PageSound } from '../live/page-sound.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { useTime } from '../text/use-time.ts';
import { leavePhone } from './phone-session.ts';
import { usePhone } from './phone-store.ts';
import { SoundBanner } from './sound-banner.tsx';
import { useHasVoice } from './voice.ts';

export interface StandbyProps {
  readonly tone: PageSound;
  readonly isTrying: boolean;
  readonly onTry: (isTrying: boolean) => void;
}

/** What stands on a duty desk for most of the night: the time, whose phone it is, and that it can be rung. */
export function Standby({ tone, isTrying, onTry }: StandbyProps): ReactNode {
  const { t } = useTranslation('phone');
  const isReady = usePhone((state) => state.link.at === 'open');
  return (
    <div className="phone phone-standby" data-ready={isReady} data-testid="standby">
      <header className="phone-head">
        <Owner />
        <LanguageSwitch />
      </header>
      <SoundBanner tone={tone} />
      <VoiceNote />
      <main className="phone-main">
        <Clock />
        <Reachable />
      </main>
      <LastCalls />
      <footer className="phone-foot">
        <p>{t('standby.keepOpen')}</p>
        <Button
          label={t(isTrying ? 'standby.stopTrying' : 'standby.tryRing')}
          isPressed={isTrying}
          isDisabled={tone.state === 'unavailable'}
          onPress={() => onTry(!isTrying)}
        />
        <Leave />
      </footer>
    </div>
  );
}

function Owner(): ReactNode {
  const { t } = useTranslation(['phone', 'words']);
  const nameOf = useName();
  const contact = usePhone((state) => state.contact);
  if (!contact) return <p className="phone-owner" />;
  return (
    <p className="phone-owner">
      <span>{nameOf(contact.departmentName)}</span>
      <strong>{contact.name}</strong>
      <span>{t(`words:contactRole.${contact.role}`)}</span>
    </p>
  );
}

function Clock(): ReactNode {
  const time = useTime();
  return <p className="phone-clock figures">{time(useNow(), 'hh:mm:ss')}</p>;
}

/** The one thing that matters here, in the largest letters when it is not so. */
function Reachable(): ReactNode {
  const { t } = useTranslation('phone');
  const time = useTime();
  const at = usePhone((state) => state.link.at);
  const since = usePhone((state) => state.cutOffSince);
  if (at === 'open') {
    return (
      <p className="phone-reach" role="status" data-reach="ready">
        <span aria-hidden="true">●</span> {t('standby.ready')}
      </p>
    );
  }
  if (at === 'connecting') {
    return (
      <div className="phone-reach" role="status" data-reach="waits">
        <p>{t('standby.waits')}</p>
        <p className="phone-reach-hint">{t('standby.waitsHint')}</p>
      </div>
    );
  }
  const isOutdated = at === 'outdated';
  return (
    <div className="phone-reach" role="alert" data-reach="cut-off">
      <p>
        <span aria-hidden="true">✕</span> {t(isOutdated ? 'standby.outdated' : 'standby.cutOff')}
      </p>
      <p className="phone-reach-hint">
        {isOutdated ? t('standby.outdatedHint') : t('standby.cutOffSince', { time: time(since, 'hh:mm:ss') })}
      </p>
      {isOutdated && <Button label={t('standby.reload')} kind="main" onPress={() => location.reload()} />}
    </div>
  );
}

function VoiceNote(): ReactNode {
  const { t } = useTranslation('phone');
  const language = usePhone((state) => state.contact?.language ?? 'zh');
  const hasVoice = useHasVoice(language);
  if (hasVoice) return null;
  return <p className="phone-note">{t('sound.noVoice', { language: t(`sound.languages.${language}`) })}</p>;
}

function LastCalls(): ReactNode {
  const { t } = useTranslation('phone');
  const time = useTime();
  const log = usePhone((state) => state.log);
  return (
    <section className="phone-calls" aria-labelledby="last-calls">
      <h2 id="last-calls">{t('standby.calls')}</h2>
      {log.length === 0 && <p className="phone-quiet">{t('standby.noCalls')}</p>}
      <ul>
        {log.map(({ callId, purpose, numbers, areas, endedAt, ending, pressed }) => (
          <li key={callId}>
            <span className="figures">{time(endedAt, 'MM-DD hh:mm')}</span>
            <span>
              {purpose === 'test' ? t('standby.test') : t('standby.call', { count: numbers.length })} {areas.join('、')}
            </span>
            <span className="phone-quiet">
              {pressed === '' ? t(`over.ending.${ending}`) : t('over.pressed', { key: pressed })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Leave(): ReactNode {
  const { t } = useTranslation(['phone', 'common']);
  const [isOpen, setOpen] = useState(false);
  const name = usePhone((state) => state.contact?.name ?? '');
  return (
    <>
      <Button label={t('phone:standby.leave')} onPress={() => setOpen(true)} />
      <Dialog
        title={t('phone:standby.leaveTitle')}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        actions={
          <>
            <Button label={t('common:action.cancel')} onPress={() => setOpen(false)} />
            <Button
              label={t('phone:standby.leaveSure')}
              kind="danger"
              onPress={() => {
                leavePhone().catch(reportError);
              }}
            />
          </>
        }
      >
        <p>{t('phone:standby.leaveHint', { name })}</p>
      </Dialog>
    </>
  );
}
