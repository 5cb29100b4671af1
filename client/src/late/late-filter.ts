import type { Segment } from '@faultline/shared/ticket/points.ts';
import { SEGMENTS } from '@faultline/shared/ticket/points.ts';
import type { AreaClass } from '@faultline/shared/ticket/policy.ts';
import { AREA_CLASSES } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';

/** What the list is narrowed to; `null` narrows nothing. It stands in the address, so that a finding can be passed on. */
export interface LateFilter {
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly segment: Segment | null;
  readonly departmentId: string | null;
  readonly areaClass: AreaClass | null;
}

export const NO_FILTER: LateFilter = { from: null, to: null, segment: null, departmentId: null, areaClass: null };

/** Moments stand in the address as UTC, so that it means the same wherever it is opened. Nonsense is no filter. */
export function filterOf(parameters: URLSearchParams): LateFilter {
  return {
    from: momentIn(parameters.get('from')),
    to: momentIn(parameters.get('to')),
    segment: SEGMENTS.find((segment) => segment === parameters.get('segment')) ?? null,
    departmentId: parameters.get('department') || null,
    areaClass: AREA_CLASSES.find((areaClass) => areaClass === parameters.get('area')) ?? null,
  };
}

/** Writes the filter into an address, beside whatever else it says. */
export function writeFilter(parameters: URLSearchParams, filter: LateFilter): void {
  const values: Readonly<Record<string, string | null>> = {
    from: filter.from === null ? null : new Date(filter.from).toISOString(),
    to: filter.to === null ? null : new Date(filter.to).toISOString(),
    segment: filter.segment,
    department: filter.departmentId,
    area: filter.areaClass,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
}

/** The question to the server. */
export function queryOf({ from, to, segment, departmentId, areaClass }: LateFilter, limit: number): URLSearchParams {
  const query = new URLSearchParams({ limit: String(limit) });
  const values = { from, to, segment, departmentId, areaClass };
  for (const [name, value] of Object.entries(values)) if (value !== null) query.set(name, String(value));
  return query;
}

/** A period that ends before it begins finds nothing and says nothing. */
export function isPeriodReversed({ from, to }: LateFilter): boolean {
  return from !== null && to !== null && to <= from;
}

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{3})?)?Z$/;

function momentIn(text: string | null): Instant | null {
  // A browser reads almost anything as some date; only what this page writes is one.
  const at = text !== null && UTC.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) && at >= 0 ? at : null;
}
