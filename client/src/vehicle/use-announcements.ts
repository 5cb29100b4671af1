import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAlarmSound } from '../live/alarm-sound.ts';
import { serverClock, useFromNow } from '../live/clock.ts';
import type { PageSound } from '../live/page-sound.ts';
import type { LegView } from './leg-view.ts';
import { useSettings } from './settings.ts';
import { speak } from './speech.ts';
import { useVehicle } from './vehicle-store.ts';

/** Whoever drives cannot press anything: a new ticket rings this long and then waits on the screen. */
const RINGS_FOR = 20 * SECOND;
const BUZZ: readonly number[] = [400, 150, 400, 150, 400];

/** Rings, buzzes and speaks for what has come; a recall rings until somebody has read it. [R2] */
export function useAnnouncements(underWay: readonly LegView[], takenBack: readonly LegView[]): PageSound {
  const { t, i18n } = useTranslation('vehicle');
  const news = useVehicle((state) => state.news);
  const said = useRef(new Set<string>());
  const isFresh = useFromNow((now) => news.some(({ since }) => now - since < RINGS_FOR));
  const sound = useAlarmSound(isFresh || takenBack.length > 0);

  useEffect(() => {
    const sentences: string[] = [];
    const announce = (name: string, sentence: () => string): void => {
      if (said.current.has(name)) return;
      said.current.add(name);
      sentences.push(sentence());
    };
    for (const { key } of news) {
      const view = underWay.find((candidate) => candidate.key === key);
      if (view) announce(key, () => newsSentence(view));
    }
    for (const { key, ticket } of takenBack) {
      announce(`${key} back`, () => t('recall.spoken', { street: ticket.report.place.street }));
    }
    if (sentences.length === 0) return;
    // Nothing may shake before somebody has touched the page.
    if ('vibrate' in navigator && navigator.userActivation.hasBeenActive) navigator.vibrate([...BUZZ]);
    if (useSettings.getState().isSpoken) speak(sentences.join(' '), i18n.language);

    function newsSentence({ ticket, promiseDue }: LegView): string {
      const { faultText: fault, place } = ticket.report;
      const count = Math.floor((promiseDue - serverClock.now()) / MINUTE);
      const about = { street: place.street, fault };
      return count > 0 ? t('news.spoken', { ...about, count }) : t('news.spokenLate', about);
    }
  }, [news, underWay, takenBack, t, i18n.language]);

  return sound;
}
