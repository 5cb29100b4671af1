import { MINUTE } from '@faultline/shared/time.ts';
import type { ReactNode, RefObject } from 'react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useTicketViews } from '../live/derived.ts';
import { ticketPhoneState } from '../live/phone-state.ts';
import type { TicketView } from '../live/ticket-view.ts';
import { useName } from '../live/use-name.ts';
import { PhoneMark } from '../parts/phone-mark.tsx';
import { PriorityMark } from '../parts/priority-mark.tsx';
import { Empty } from '../parts/states.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { holderOf, mostUrgent, phonesAtWork } from './wall-model.ts';

const MOST = 10;
/** Height of a row and of the heading; the style sheet says the same. */
const ROW_REM = 1.66;
/** Below this a promise is shown as one that will soon be decided. */
const PROMISE_WARNS_BELOW = 5 * MINUTE;

interface UrgentListProps {
  readonly isCutOff: boolean;
  readonly isOneColumn: boolean;
}

/** The ten tickets whose limit breaks first, or as many as have room at the size of this wall's text. */
export function UrgentList({ isCutOff, isOneColumn }: UrgentListProps): ReactNode {
  const { t } = useTranslation('wall');
  const views = useTicketViews();
  const body = useRef<HTMLDivElement>(null);
  const room = useRoom(body);
  const urgent = mostUrgent(views, isOneColumn ? MOST : Math.min(MOST, room));
  const running = views.reduce((count, { hop }) => count + (hop ? 1 : 0), 0);
  return (
    <section className="wall-tile wall-urgent" aria-labelledby="urgent-title" data-testid="urgent">
      <header className="wall-tile-head">
        <h2 id="urgent-title">{t('urgent.title')}</h2>
        {!isCutOff && <PhonesAtWorkLine views={views} />}
        <span className="figures">{t('urgent.of', { shown: urgent.length, total: running })}</span>
      </header>
      <div ref={body} className="urgent-body">
        {running === 0 ? (
          <Empty title={t('urgent.none')} hint={t('urgent.noneHint')} />
        ) : (
          <table className="urgent-table">
            <thead>
              <tr>
                <th scope="col" className="urgent-segment">
                  {t('urgent.segment')}
                </th>
                <th scope="col">{t('urgent.place')}</th>
                <th scope="col">{t('urgent.holder')}</th>
                <th scope="col" className="urgent-time">
                  {t('urgent.remaining')}
                </th>
                <th scope="col" className="urgent-time">
                  {t('urgent.promise')}
                </th>
              </tr>
            </thead>
            <tbody>
              {urgent.map((view) => (
                <UrgentRow key={view.ticket.id} view={view} isCutOff={isCutOff} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

/** How many phones ring now, and where; no name and no number. [D3] */
function PhonesAtWorkLine({ views }: { readonly views: readonly TicketView[] }): ReactNode {
  const { t } = useTranslation('wall');
  const name = useName();
  const departments = useBoard((state) => state.departments);
  const { ringing, talking } = useMemo(() => phonesAtWork(views), [views]);
  const state = ringing.count > 0 ? 'ringing' : 'talking';
  const { count, departmentIds } = state === 'ringing' ? ringing : talking;
  if (count === 0) return null;
  const [first, ...others] = departmentIds;
  const department = first === undefined ? undefined : departments.get(first);
  return (
    <p className="phones-at-work" data-testid="phones-at-work" data-ringing={ringing.count}>
      <PhoneMark state={state} isShort />
      <strong>{t(`phones.${state}`, { count })}</strong>
      <span className="cut">{department ? name(department.name) : first}</span>
      {others.length > 0 && <span className="figures">{t('phones.others', { count: others.length })}</span>}
    </p>
  );
}

/** How many rows fit into the height of `body`: nothing is cut in two, and nothing scrolls. */
function useRoom(body: RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(MOST);
  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const measure = (): void => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setRoom(Math.max(1, Math.floor(element.clientHeight / (ROW_REM * rem)) - 1));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [body]);
  return room;
}

function UrgentRow({ view, isCutOff }: { readonly view: TicketView; readonly isCutOff: boolean }): ReactNode {
  const { t } = useTranslation(['words', 'wall']);
  const { ticket, hop, promise, alarms } = view;
  const holder = useHolder(view);
  const priority = alarms[0]?.priority;
  const phone = ticketPhoneState(ticket);
  if (!hop) return null;
  const isPromiseShaky = promise.state === 'at-risk' || promise.state === 'lost';
  return (
    <tr data-budget={isCutOff ? 'unknown' : view.budgetState} data-ticket={ticket.report.number}>
      <td className="urgent-segment">
        <span className="segment-letters" title={t(`segment.${hop.segment}`)}>
          {hop.segment}
        </span>
        {priority !== undefined && !isCutOff && <PriorityMark priority={priority} isShort />}
        {phone && !isCutOff && <PhoneMark state={phone} isShort />}
      </td>
      <td className="cut">{ticket.report.place.street}</td>
      <td className="cut urgent-holder">{holder}</td>
      <td className="urgent-time" data-label={t('wall:urgent.remaining')}>
        <Countdown
          deadlineAt={hop.deadline}
          warnBelow={view.budgetState === 'warned' ? Number.POSITIVE_INFINITY : null}
          isUnknown={isCutOff}
        />
      </td>
      <td
        className="urgent-time"
        data-label={t('wall:urgent.promise')}
        data-promise={isCutOff ? undefined : promise.state}
      >
        {isPromiseShaky && !isCutOff && (
          <span className="promise-sign" role="img" aria-label={t(`promise.${promise.state}`)}>
            {promise.state === 'lost' ? '✕' : '!'}
          </span>
        )}
        <Countdown
          deadlineAt={promise.due}
          warnBelow={promise.state === 'at-risk' ? Number.POSITIVE_INFINITY : PROMISE_WARNS_BELOW}
          isUnknown={isCutOff}
        />
      </td>
    </tr>
  );
}

function useHolder({ ticket }: TicketView): string {
  const { t } = useTranslation('words');
  const name = useName();
  const departments = useBoard((state) => state.departments);
  const id = holderOf(ticket);
  // A district has one service centre, and its whole name does not fit beside a street.
  if (id === null) return t('department.service-centre');
  const department = departments.get(id);
  return department ? name(department.name) : id;
}
