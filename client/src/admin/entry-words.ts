import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import { useTranslation } from 'react-i18next';
import { useTime } from '../text/use-time.ts';
import { dayRuns, WEEKDAY_NAMES } from './roster-week.ts';

/** An entry of the roster in one line: who, and when. */
export function useEntryText(contacts: readonly Contact[]): (entry: RosterEntry) => string {
  const { t } = useTranslation('admin');
  const time = useTime();
  const nameOf = (contactId: string): string => contacts.find(({ id }) => id === contactId)?.name ?? '—';
  return (entry) => {
    switch (entry.kind) {
      case 'shift': {
        const days = dayRuns(entry.days)
          .map(([first, last]) =>
            first === last
              ? t(`weekday.${WEEKDAY_NAMES[first]}`)
              : t('roster.dayRun', {
                  first: t(`weekday.${WEEKDAY_NAMES[first]}`),
                  last: t(`weekday.${WEEKDAY_NAMES[last]}`),
                }),
          )
          .join(t('list.comma'));
        const { from, to } = entry;
        const isOverNight = to <= from;
        return t(isOverNight ? 'roster.shiftOverNight' : 'roster.shiftText', {
          name: nameOf(entry.contactId),
          days: entry.days.length === 7 ? t('roster.everyDay') : days,
          from,
          to,
        });
      }
      case 'rotation':
        return t('roster.rotationText', {
          names: entry.contactIds.map(nameOf).join(' → '),
          count: entry.daysEach,
          at: entry.handOverAt,
          first: entry.firstDay,
        });
      case 'override': {
        const text = t('roster.overrideText', {
          name: nameOf(entry.contactId),
          from: time(entry.from, 'MM-DD hh:mm'),
          until: time(entry.until, 'MM-DD hh:mm'),
        });
        return entry.reason === '' ? text : t('roster.withReason', { text, reason: entry.reason });
      }
    }
  };
}
