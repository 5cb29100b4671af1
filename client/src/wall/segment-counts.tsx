import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useTicketViews } from '../live/derived.ts';
import type { SegmentCount } from './wall-model.ts';
import { ON_SITE_LETTER, segmentCountsOf } from './wall-model.ts';

/** How many tickets lie where, in the order of their way. */
export function SegmentCountsView({ isCutOff }: { readonly isCutOff: boolean }): ReactNode {
  const { t } = useTranslation('wall');
  const views = useTicketViews();
  const counts = useMemo(() => segmentCountsOf(views), [views]);
  return (
    <section className="wall-tile wall-segments" aria-label={t('segments.title')} data-testid="segment-counts">
      <ul className="count-cells">
        {counts.map((count) => (
          <SegmentCell key={count.segment} count={isCutOff ? { ...count, late: 0 } : count} />
        ))}
      </ul>
    </section>
  );
}

function SegmentCell({ count: { segment, count, late } }: { readonly count: SegmentCount }): ReactNode {
  const { t } = useTranslation(['wall', 'words']);
  const name = segment === ON_SITE_LETTER ? t('segments.repairing') : t(`words:segment.${segment}`);
  return (
    <li className="count-cell" data-segment={segment} data-late={late > 0 || undefined}>
      <span className="count-cell-label">
        <span className="segment-letters">{segment}</span>
        <span className="hidden-text">{name}</span>
      </span>
      <span className="count-cell-figure figures">{count}</span>
      <span className="count-cell-foot figures">
        {late > 0 ? (
          t('segments.late', { count: late })
        ) : (
          <span aria-hidden="true">{t(`segments.short.${segment}`)}</span>
        )}
      </span>
    </li>
  );
}
