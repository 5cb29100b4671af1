import type { DutySpan } from '@faultline/shared/organisation/on-duty.ts';
import { dutySpans } from '@faultline/shared/organisation/on-duty.ts';
import type { Contact, Department } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { CSSProperties, ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFromNow } from '../live/clock.ts';
import { useTime } from '../text/use-time.ts';
import { useZone } from '../text/zone.ts';
import type { Day, DayPart, RosterRole } from './roster-week.ts';
import { partsOf, shareOf, shortName, WEEKDAY_NAMES } from './roster-week.ts';

export interface WeekPictureProps {
  readonly label: string;
  readonly department: Department;
  /** The contacts of the department. */
  readonly contacts: readonly Contact[];
  readonly entries: readonly RosterEntry[];
  readonly roles: readonly RosterRole[];
  readonly week: readonly Day[];
  /** Fills a gap; without it a gap is only shown. */
  readonly onGap?: (role: RosterRole, gap: DutySpan) => void;
}

/**
 * Who is on duty, as a table of seven days: one row per role, one bar per person, gaps hatched and named. On a narrow
 * screen the same days stand one below the other.
 */
export function WeekPicture(props: WeekPictureProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  const { label, roles, week } = props;
  const today = useFromNow((now) => week.findIndex((day) => shareOf(now, day) !== null));
  return (
    <table className="roster-week" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('admin:contacts.role')}</th>
          {week.map(({ weekday, from }, at) => (
            <th key={weekday} scope="col" aria-current={at === today ? 'date' : undefined}>
              {t(`admin:weekday.${WEEKDAY_NAMES[weekday]}`)}{' '}
              <span className="figures">{time(from, 'MM-DD hh:mm').slice(0, 5)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {roles.map((role) => (
          <Row key={role} {...props} role={role} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: WeekPictureProps & { readonly role: RosterRole }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const timeZone = useZone((state) => state.zone);
  const time = useTime();
  const { department, contacts, entries, role, week, onGap } = props;
  const spans = useMemo(() => {
    const [from, until] = [week[0]?.from, week.at(-1)?.until];
    if (from === undefined || until === undefined) return [];
    return dutySpans({ contacts, entries, timeZone }, department.id, role, from, until);
  }, [contacts, entries, timeZone, department, role, week]);
  return (
    <tr data-role={role}>
      <th scope="row">{t(`words:contactRole.${role}`)}</th>
      {week.map((day) => (
        <td
          key={day.weekday}
          data-label={`${t(`admin:weekday.${WEEKDAY_NAMES[day.weekday]}`)} ${time(day.from, 'MM-DD hh:mm').slice(0, 5)}`}
        >
          <ul className="roster-day">
            {partsOf(spans, day).map((part) => (
              <Bar
                key={part.from}
                part={part}
                contacts={contacts}
                department={department}
                onPress={part.contactId === null && onGap ? () => onGap(role, spanOf(spans, part)) : null}
              />
            ))}
            <NowLine day={day} />
          </ul>
        </td>
      ))}
    </tr>
  );
}

function spanOf(spans: readonly DutySpan[], part: DayPart): DutySpan {
  return spans.find(({ from }) => from === part.from) ?? part;
}

interface BarProps {
  readonly part: DayPart;
  readonly contacts: readonly Contact[];
  readonly department: Department;
  readonly onPress: (() => void) | null;
}

function Bar({ part, contacts, department, onPress }: BarProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  const { contactId, foundBy, from, until } = part;
  const person = contacts.findIndex(({ id }) => id === contactId);
  const name = contacts[person]?.name ?? t('admin:roster.gap');
  const when = t('admin:roster.fromUntil', { from: time(from, 'MM-DD hh:mm'), until: time(until, 'MM-DD hh:mm') });
  const how = foundBy === null ? '' : t(`words:foundBy.${foundBy}`);
  const style: CSSProperties & Record<'--start' | '--length' | '--person', string> = {
    '--start': String(part.start),
    '--length': String(part.length),
    '--person': String(person),
  };
  return (
    <li
      className="roster-bar"
      data-gap={contactId === null || undefined}
      data-found-by={foundBy ?? undefined}
      data-from-before={part.isFromBefore || undefined}
      data-goes-on={part.goesOn || undefined}
      title={`${name} ${when} ${how}`.trim()}
      style={style}
    >
      {onPress ? (
        <button type="button" aria-label={t('admin:roster.fillGap', { when })} onClick={onPress}>
          {name}
        </button>
      ) : (
        <>
          {foundBy === 'override' && <span aria-hidden="true">★</span>}
          <span className="roster-name">{shortName(name, department)}</span>
          <span className="hidden-text">
            {when} {how}
          </span>
        </>
      )}
    </li>
  );
}

function NowLine({ day }: { readonly day: Day }): ReactNode {
  const { t } = useTranslation('admin');
  // A hundredth of a day is finer than the line is wide.
  const share = useFromNow((now) => {
    const exact = shareOf(now, day);
    return exact === null ? null : Math.round(exact * 100) / 100;
  });
  if (share === null) return null;
  const style: CSSProperties & Record<'--start', string> = { '--start': String(share) };
  return (
    <li className="roster-now" style={style}>
      <span className="hidden-text">{t('roster.now')}</span>
    </li>
  );
}
