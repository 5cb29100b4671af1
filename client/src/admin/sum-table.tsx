import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figures } from './figures.ts';
import { isBeyondPromise, sumsOf } from './figures.ts';

/** The sum of the budgets per class of area beside the promise: a hop late and a promise broken are two verdicts. */
export function SumTable({ figures }: { readonly figures: Figures }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const minutes = (figure: number | null): string => (figure === null ? '—' : t('admin:policy.minutes', { figure }));
  const sums = sumsOf(figures);
  return (
    <div className="admin-sums">
      <table aria-label={t('admin:policy.sums')}>
        <thead>
          <tr>
            <th scope="col">{t('admin:policy.areaClass')}</th>
            <th scope="col">{t('admin:policy.sumTogether')}</th>
            <th scope="col">{t('admin:policy.sumApart')}</th>
            <th scope="col">{t('admin:policy.promise')}</th>
          </tr>
        </thead>
        <tbody>
          {sums.map((sum) => (
            <tr key={sum.areaClass} data-sum={sum.areaClass}>
              <th scope="row">{t(`words:areaClass.${sum.areaClass}`)}</th>
              <td className="figures">{minutes(sum.together)}</td>
              <td className="figures">{minutes(sum.apart)}</td>
              <td className="figures">{minutes(sum.promise)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {sums.filter(isBeyondPromise).map(({ areaClass }) => (
        <p key={areaClass} className="admin-warning">
          {t('admin:policy.beyond', { area: t(`words:areaClass.${areaClass}`) })}
        </p>
      ))}
    </div>
  );
}
