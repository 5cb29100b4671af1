import type { LateHop } from '@faultline/shared/audit/late-hops.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NO_TIME, overspendText, span } from '../text/format.ts';
import { useTime } from '../text/use-time.ts';
import type { Names } from '../ticket/names.ts';
import { useNames } from '../ticket/names.ts';
import { TableFrame } from '../ticket/table-frame.tsx';

/** The late hops, the longest overspend first; each row leads to its ticket. */
export function LateTable({ hops }: { readonly hops: readonly LateHop[] }): ReactNode {
  const { t } = useTranslation(['late', 'words', 'common']);
  const names = useNames();
  return (
    <TableFrame label={t('late:hops.title')}>
      <table className="late-table">
        <caption className="hidden-text">{t('late:hops.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('words:ticket')}</th>
            <th scope="col">{t('late:filter.segment')}</th>
            <th scope="col">{t('words:hop.owner')}</th>
            <th scope="col">{t('late:hops.chargedTo')}</th>
            <th scope="col">{t('common:table.from')}</th>
            <th scope="col" className="number">
              {t('words:hop.actual')}
            </th>
            <th scope="col" className="number">
              {t('words:hop.budget')}
            </th>
            <th scope="col" className="number">
              {t('words:hop.overspend')}
            </th>
            <th scope="col">{t('late:hops.effect')}</th>
            <th scope="col">{t('words:promise.label')}</th>
          </tr>
        </thead>
        <tbody>
          {hops.map((hop) => (
            <LateRow key={`${hop.ticketId} ${hop.from} ${hop.segments.join()}`} hop={hop} names={names} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function LateRow({ hop, names }: { readonly hop: LateHop; readonly names: Names }): ReactNode {
  const { t } = useTranslation('words');
  const time = useTime();
  return (
    <tr data-outcome={hop.outcome}>
      <th scope="row" className="figures">
        <a href={`/ticket/${encodeURIComponent(hop.ticketId)}`}>{hop.number}</a>
      </th>
      <td>
        {hop.segments.map((segment) => `${segment} ${t(`segment.${segment}`)}`).join(' + ')}
        {hop.to === null && <span className="quiet"> {t(`hopOutcome.${hop.outcome}`)}</span>}
      </td>
      <td>{names.party(hop.party)}</td>
      <td>{names.party(hop.chargedTo)}</td>
      <td className="figures">{time(hop.from, 'MM-DD hh:mm')}</td>
      <td className="number figures">{span(hop.spent)}</td>
      <td className="number figures">{span(hop.budget)}</td>
      <td className="number figures over">{overspendText(hop.overspend)}</td>
      <td>{hop.effect === null ? NO_TIME : t(`effect.${hop.effect}`)}</td>
      <td>
        <span className="promise" data-promise={hop.promiseState}>
          {t(`promise.${hop.promiseState}`)}
        </span>
      </td>
    </tr>
  );
}
