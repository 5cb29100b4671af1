/**
 * The eight time points of a ticket's way to the fault, in their order.
 * A call ended · B issued · C on a device of the centre · D dispatched · E on a device of the crew · F accepted ·
 * G departed · H at the fault.
 */
export const POINTS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const;
export type Point = (typeof POINTS)[number];

export const SEGMENTS = ['AB', 'BC', 'CD', 'DE', 'EF', 'FG', 'GH'] as const;
export type Segment = (typeof SEGMENTS)[number];

/** A stamp after the arrival; the source gives these no budget. */
export const AFTERMATH = ['cleared', 'recorded', 'closed'] as const;
export type Aftermath = (typeof AFTERMATH)[number];

/** How well a point's time is proven, from the strongest to the weakest kind of word. [T4] */
export const EVIDENCE = [
  'telephony',
  'system',
  'device-online',
  'device-synced-late',
  'gps-corroborated',
  'declared-by-phone',
  'entered-by-dispatcher',
] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** Who answers for a hop: an office, or the network that carries the ticket between two of them. */
export type Party =
  | { readonly kind: 'service-centre' }
  | { readonly kind: 'network'; readonly towards: 'centre' | 'crew' }
  | { readonly kind: 'repair-centre'; readonly departmentId: string }
  | { readonly kind: 'crew-duty'; readonly departmentId: string }
  | { readonly kind: 'crew-team'; readonly departmentId: string };

export const PARTY_KINDS = ['service-centre', 'network', 'repair-centre', 'crew-duty', 'crew-team'] as const;

export function startOf(segment: Segment): Point {
  return segment[0] as Point;
}

export function endOf(segment: Segment): Point {
  return segment[1] as Point;
}

/** The segments from one point to a later one: one when they are neighbours, more when points between are missing. */
export function segmentsBetween(from: Point, to: Point): readonly Segment[] {
  return SEGMENTS.slice(POINTS.indexOf(from), POINTS.indexOf(to));
}

/** The arrival has no point after it: its segments end there. */
export function pointAfter(point: Exclude<Point, 'H'>): Point {
  return POINTS[POINTS.indexOf(point) + 1] ?? 'H';
}

export function isBefore(left: Point, right: Point): boolean {
  return POINTS.indexOf(left) < POINTS.indexOf(right);
}
