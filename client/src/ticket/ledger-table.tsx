import type { JudgedHop } from '@faultline/shared/ticket/ledger.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NO_TIME, overspendText, span } from '../text/format.ts';
import { useTime } from '../text/use-time.ts';
import type { Names } from './names.ts';
import { TableFrame } from './table-frame.tsx';

/** Who owned the ticket when, who is charged with what, and what it did to the promise. [L1] [L2] */
export function LedgerTable({
  hops,
  names,
}: {
  readonly hops: readonly JudgedHop[];
  readonly names: Names;
}): ReactNode {
  const { t } = useTranslation(['ticket', 'words', 'common']);
  return (
    <TableFrame label={t('ticket:ledger.title')}>
      <table className="ledger">
        <caption className="hidden-text">{t('ticket:ledger.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('common:table.segments')}</th>
            <th scope="col">{t('words:hop.owner')}</th>
            <th scope="col">{t('ticket:ledger.chargedTo')}</th>
            <th scope="col">{t('common:table.from')}</th>
            <th scope="col">{t('common:table.to')}</th>
            <th scope="col">{t('words:hop.budget')}</th>
            <th scope="col">{t('words:hop.actual')}</th>
            <th scope="col">{t('words:hop.overspend')}</th>
            <th scope="col">{t('ticket:ledger.inherited')}</th>
            <th scope="col">{t('common:table.result')}</th>
            <th scope="col">{t('ticket:ledger.effect')}</th>
          </tr>
        </thead>
        <tbody>
          {hops.map((hop) => (
            <LedgerRow key={`${hop.from} ${hop.segments.join()} ${hop.legNo}`} hop={hop} names={names} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function LedgerRow({ hop, names }: { readonly hop: JudgedHop; readonly names: Names }): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  const isChargedElsewhere = hop.charge > 0 && hop.charge !== hop.overspend;
  return (
    <tr data-outcome={hop.outcome}>
      <th scope="row">{hop.segments.map((segment) => `${segment} ${t(`words:segment.${segment}`)}`).join(' + ')}</th>
      <td>{names.party(hop.party)}</td>
      <td>
        {hop.charge > 0 ? names.party(hop.chargedTo) : NO_TIME}
        {isChargedElsewhere && <span className="quiet"> {t('ticket:ledger.charge', { time: span(hop.charge) })}</span>}
      </td>
      <td className="figures">{time(hop.from, 'hh:mm:ss')}</td>
      <td className="figures">{time(hop.to, 'hh:mm:ss')}</td>
      <td className="figures">{span(hop.budget)}</td>
      <td className="figures">{span(hop.spent)}</td>
      <td className="figures">{hop.overspend > 0 ? overspendText(hop.overspend) : NO_TIME}</td>
      <td className="figures">{hop.inherited > 0 ? overspendText(hop.inherited) : span(hop.inherited)}</td>
      <td>
        {t(`words:hopOutcome.${hop.outcome}`)}
        {hop.ending && <span className="quiet"> ({t(`words:ending.${hop.ending}`)})</span>}
      </td>
      <td>{hop.effect ? t(`words:effect.${hop.effect}`) : NO_TIME}</td>
    </tr>
  );
}
