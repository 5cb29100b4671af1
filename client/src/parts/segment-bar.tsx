import type { ReactNode } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { overspendText, span } from '../text/format.ts';
import { useTime } from '../text/use-time.ts';
import type { BarHop, BarInput, BarLayout } from './bar-layout.ts';
import { layOutBar } from './bar-layout.ts';

export interface SegmentBarProps extends BarInput {
  /** `small` leaves times and words away, for a list or a side panel; its table must then stand elsewhere. */
  readonly size?: 'full' | 'small';
}

/** Pixels of the drawing's own scale, from the top down. */
const MEASURES = {
  full: { labelGap: 44, planTop: 18, planHeight: 18, hopsTop: 40, hopsHeight: 26, labelsTop: 82, height: 104 },
  small: { labelGap: 14, planTop: 0, planHeight: 6, hopsTop: 8, hopsHeight: 12, labelsTop: 32, height: 36 },
} as const;
/** A segment's name is written where this many pixels are its own. */
const NAME_FITS = 26;

/**
 * The way from A to H: above, what the policy allows; below, what was used, on the same scale. Overspend is hatched and
 * said in words. What a sighted person reads from it stands in `SegmentTable` beside it.
 */
export function SegmentBar({ size = 'full', ...input }: SegmentBarProps): ReactNode {
  const { t } = useTranslation('common');
  const element = useRef<SVGSVGElement>(null);
  const hatchId = useId();
  const width = useWidth(element);
  const measures = MEASURES[size];
  const layout = layOutBar(input, width, measures.labelGap);
  return (
    <figure className="segment-bar" data-size={size}>
      <svg ref={element} viewBox={`0 0 ${width} ${measures.height}`} role="img" aria-label={useSummary(input)}>
        <defs>
          <pattern id={hatchId} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect className="bar-over-ground" width="6" height="6" />
            <rect className="bar-over-line" width="3" height="6" />
          </pattern>
        </defs>
        <Plan layout={layout} size={size} />
        <Hops layout={layout} size={size} hatch={`url(#${hatchId})`} />
        <Points layout={layout} size={size} />
        <line
          className="bar-promise"
          x1={layout.promiseAt}
          x2={layout.promiseAt}
          y1={0}
          y2={measures.hopsTop + measures.hopsHeight}
        />
        {size === 'full' && (
          <text className="bar-text" x={layout.promiseAt - 4} y={12} textAnchor="end">
            {t('bar.promise', { time: span(input.promise) })}
          </text>
        )}
      </svg>
      {size === 'full' && <Overspends hops={input.hops} />}
    </figure>
  );
}

interface RowProps {
  readonly layout: BarLayout;
  readonly size: 'full' | 'small';
}

function Plan({ layout, size }: RowProps): ReactNode {
  const { planTop, planHeight } = MEASURES[size];
  return layout.plan.map(({ segment, left, width }) => (
    <g key={segment}>
      <rect className="bar-plan" x={left} y={planTop} width={Math.max(0, width - 1)} height={planHeight} />
      {size === 'full' && width >= NAME_FITS && (
        <text className="bar-plan-name" x={left + width / 2} y={planTop + planHeight - 5} textAnchor="middle">
          {segment}
        </text>
      )}
    </g>
  ));
}

function Hops({ layout, size, hatch }: RowProps & { readonly hatch: string }): ReactNode {
  const { hopsTop, hopsHeight } = MEASURES[size];
  return layout.hops.map(({ hop, left, width, over }) => (
    <g key={`${hop.from} ${hop.segments.join()}`} className="bar-hop" data-outcome={hop.outcome}>
      <rect className="bar-spent" x={left} y={hopsTop} width={Math.max(1, width - 1)} height={hopsHeight} />
      {over && <rect x={over.left} y={hopsTop} width={Math.max(1, over.width - 1)} height={hopsHeight} fill={hatch} />}
      {size === 'full' && width >= NAME_FITS * hop.segments.length && !over && (
        <text className="bar-hop-name" x={left + width / 2} y={hopsTop + hopsHeight - 9} textAnchor="middle">
          {hop.segments.join(' ')}
        </text>
      )}
    </g>
  ));
}

function Points({ layout, size }: RowProps): ReactNode {
  const time = useTime();
  const { hopsTop, hopsHeight, labelsTop } = MEASURES[size];
  const foot = hopsTop + hopsHeight;
  return layout.points.map(({ point, time: at, at: x, label }) => (
    <g key={`${point} ${at}`}>
      <polyline className="bar-leader" points={`${x},${foot} ${x},${foot + 2} ${label},${labelsTop - 11}`} />
      <text className="bar-point" x={label} y={labelsTop} textAnchor="middle">
        {point}
      </text>
      {size === 'full' && (
        <text className="bar-text" x={label} y={labelsTop + 16} textAnchor="middle">
          {time(at, 'hh:mm')}
        </text>
      )}
    </g>
  ));
}

function Overspends({ hops }: { readonly hops: readonly BarHop[] }): ReactNode {
  const { t } = useTranslation('words');
  const late = hops.filter(({ overspend }) => overspend > 0);
  if (late.length === 0) return null;
  return (
    <figcaption className="bar-words">
      {late.map((hop) => (
        <span key={`${hop.from} ${hop.segments.join()}`} className="bar-word">
          <strong>{hop.segments.join(' ')}</strong> {hop.owner}{' '}
          {t('hop.overBy', { time: overspendText(hop.overspend) })}
        </span>
      ))}
    </figcaption>
  );
}

function useSummary({ hops }: BarInput): string {
  const { t } = useTranslation(['common', 'words']);
  return hops
    .map((hop) =>
      t('common:bar.hop', {
        segments: hop.segments.join(' '),
        owner: hop.owner,
        budget: span(hop.budget),
        spent: span(hop.spent),
        result: t(`words:hopOutcome.${hop.outcome}`),
      }),
    )
    .join('; ');
}

const UNMEASURED_WIDTH = 640;

function useWidth(element: { readonly current: Element | null }): number {
  const [width, setWidth] = useState(UNMEASURED_WIDTH);
  useEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
