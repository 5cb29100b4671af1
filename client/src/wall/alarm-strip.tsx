import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { useAlarmSound } from '../live/alarm-sound.ts';
import { useBoard, useEscalationStatus } from '../live/board.ts';
import { serverClock } from '../live/clock.ts';
import { useTicketViews } from '../live/derived.ts';
import { lineTroubleOf } from '../live/line-trouble.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { PriorityMark } from '../parts/priority-mark.tsx';
import { useTime } from '../text/use-time.ts';
import type { StripAlarm } from './wall-model.ts';
import { alarmStripOf } from './wall-model.ts';

/** As many alarms as have room; a wall of any size shows them in the same places. */
const CAPACITY = { wall: 4, oneColumn: 6 };

interface MuteState {
  readonly isMuted: boolean;
  readonly toggle: () => void;
}

/** Not kept: a wall that was restarted must be heard. */
export const useMute = create<MuteState>((set) => ({
  isMuted: false,
  toggle: () => set(({ isMuted }) => ({ isMuted: !isMuted })),
}));

/** The alarms that nobody has acknowledged yet, and the sound of the gravest. */
export function AlarmStripView({ isOneColumn }: { readonly isOneColumn: boolean }): ReactNode {
  const { t } = useTranslation(['wall', 'words']);
  const views = useTicketViews();
  const capacity = isOneColumn ? CAPACITY.oneColumn : CAPACITY.wall;
  const strip = useMemo(() => alarmStripOf(views, capacity, serverClock.second()), [views, capacity]);
  return (
    <section className="alarm-strip" aria-label={t('alarms.title')} data-testid="alarm-strip" data-total={strip.total}>
      <div className="wall-banners">
        <LineBanner />
        <SoundBanner isSounding={strip.hasFirstPriority} />
      </div>
      {strip.total === 0 && <p className="alarm-strip-none">{t('alarms.none')}</p>}
      <ul className="alarm-strip-list">
        {strip.shown.map((alarm) => (
          <AlarmCard key={alarm.key} alarm={alarm} />
        ))}
        {strip.more.length > 0 && (
          <li className="alarm-card alarm-card-more" data-testid="alarms-more">
            <strong>{strip.isFlood ? t('words:alarm.flood') : t('alarms.more')}</strong>
            <p className="alarm-card-counts">
              {strip.more.map(({ priority, count }) => (
                <span key={priority}>
                  <PriorityMark priority={priority} isShort />
                  <span className="figures">{t('alarms.group', { count })}</span>
                </span>
              ))}
            </p>
          </li>
        )}
      </ul>
    </section>
  );
}

function AlarmCard({ alarm }: { readonly alarm: StripAlarm }): ReactNode {
  const { t } = useTranslation(['wall', 'words']);
  const time = useTime();
  const concerned = useConcerned(alarm);
  return (
    <li className="alarm-card" data-priority={alarm.priority} data-kind={alarm.kind}>
      <p className="alarm-card-line">
        <PriorityMark priority={alarm.priority} isNew isShort />
        <strong className="cut">{alarm.isSpent ? t('alarms.spent') : t(`words:duty.${alarm.kind}`)}</strong>
      </p>
      <p className="alarm-card-line">
        {alarm.segment && <span className="segment-letters">{alarm.segment}</span>}
        <span className="cut">{alarm.count > 1 ? alarm.area : alarm.street}</span>
        {alarm.count > 1 && <strong className="figures">{t('alarms.group', { count: alarm.count })}</strong>}
      </p>
      <p className="alarm-card-line alarm-card-foot">
        <span className="cut">{alarm.count > 1 ? '' : concerned}</span>
        <span className="figures">{t('alarms.since', { time: time(alarm.since, 'hh:mm') })}</span>
      </p>
    </li>
  );
}

function useConcerned({ concerned }: StripAlarm): string {
  const { t } = useTranslation('words');
  const name = useName();
  const departments = useBoard((state) => state.departments);
  if (concerned.kind !== 'department') return t(`party.${concerned.kind}`);
  const department = departments.get(concerned.id);
  return department ? name(department.name) : concerned.id;
}

/** Which line is down is the desk's business; that phones may not ring is everybody's. [E7] */
function LineBanner(): ReactNode {
  const { t } = useTranslation('wall');
  const trouble = lineTroubleOf(useEscalationStatus());
  if (trouble === null) return null;
  const priority = trouble.isAnyUp ? 2 : 1;
  return (
    <p className="wall-banner line-banner" role="alert" data-priority={priority} data-testid="line-banner">
      <PriorityMark priority={priority} isShort />
      <strong>{t(trouble.isAnyUp ? 'lines.down' : 'lines.allDown', { count: trouble.down.length })}</strong>
    </p>
  );
}

/** Says when an urgent alarm would not be heard, before there is one. */
function SoundBanner({ isSounding }: { readonly isSounding: boolean }): ReactNode {
  const { t } = useTranslation('wall');
  const isMuted = useMute((state) => state.isMuted);
  const sound = useAlarmSound(isSounding && !isMuted);
  if (isMuted) return <p className="wall-banner sound-banner">{t('sound.muted')}</p>;
  if (sound.state === 'ready') return null;
  return (
    <p className="wall-banner sound-banner" data-testid="sound-banner">
      <span>{sound.state === 'held-back' ? t('sound.heldBack') : t('sound.unavailable')}</span>
      {sound.state === 'held-back' && <Button label={t('sound.allow')} onPress={sound.allow} />}
    </p>
  );
}
