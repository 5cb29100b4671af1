import type { SegmentFigures } from '@faultline/shared/audit/late-hops.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NO_TIME, span } from '../text/format.ts';
import { TableFrame } from '../ticket/table-frame.tsx';

const BAR = { width: 120, height: 12 } as const;

/** How each segment was kept: the share with its n, and percentiles beside the mean. [L4] */
export function FigureTable({ figures }: { readonly figures: readonly SegmentFigures[] }): ReactNode {
  const { t } = useTranslation(['late', 'words']);
  return (
    <TableFrame label={t('late:figures.title')}>
      <table className="figure-table">
        <caption className="hidden-text">{t('late:figures.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('late:filter.segment')}</th>
            <th scope="col">{t('late:figures.kept')}</th>
            <th scope="col" className="number">
              n
            </th>
            <th scope="col" className="number">
              P50
            </th>
            <th scope="col" className="number">
              P90
            </th>
            <th scope="col" className="number">
              P95
            </th>
            <th scope="col" className="number">
              {t('late:figures.mean')}
            </th>
            <th scope="col">{t('late:figures.excluded')}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map((row) => (
            <FigureRow key={row.segment} row={row} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function FigureRow({ row }: { readonly row: SegmentFigures }): ReactNode {
  const { t } = useTranslation(['late', 'words']);
  const time = (value: number | null): string => (value === null ? NO_TIME : span(value));
  const { running, joint, brokenOff } = row.excluded;
  const excluded = [
    running > 0 ? t('late:figures.running', { count: running }) : '',
    joint > 0 ? t('late:figures.joint', { count: joint }) : '',
    brokenOff > 0 ? t('late:figures.brokenOff', { count: brokenOff }) : '',
  ].filter((text) => text !== '');
  return (
    <tr>
      <th scope="row">
        {row.segment} {t(`words:segment.${row.segment}`)}
      </th>
      <td className="kept">
        <ShareBar share={row.keptShare} />
        <span className="figures">{row.keptShare === null ? NO_TIME : `${(row.keptShare * 100).toFixed(1)} %`}</span>
      </td>
      <td className="number figures">{row.n}</td>
      <td className="number figures">{time(row.p50)}</td>
      <td className="number figures">{time(row.p90)}</td>
      <td className="number figures">{time(row.p95)}</td>
      <td className="number figures">{time(row.mean)}</td>
      <td>{excluded.join(' · ') || NO_TIME}</td>
    </tr>
  );
}

/** The figure beside it says the same in digits. */
function ShareBar({ share }: { readonly share: number | null }): ReactNode {
  const { width, height } = BAR;
  return (
    <svg className="share-bar" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <rect className="share-all" x={0.5} y={0.5} width={width - 1} height={height - 1} />
      {share !== null && <rect className="share-kept" width={share * width} height={height} />}
    </svg>
  );
}
