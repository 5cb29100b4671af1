import { createHash } from 'node:crypto';
import type { Instant } from '@faultline/shared/time.ts';

/** The same opening always names the same ticket, so a repeated request cannot make a second one. [T2] */
export function ticketIdOf(district: string, commandId: string): string {
  return `t${createHash('sha256').update(`${district}\n${commandId}`).digest('base64url').slice(0, 21)}`;
}

/** The day of a number, `261122` for 22 November 2026, in the district's own zone. */
export function dayOf(at: Instant, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, year: '2-digit', month: '2-digit', day: '2-digit' });
  const of = new Map(parts.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${of.get('year') ?? ''}${of.get('month') ?? ''}${of.get('day') ?? ''}`;
}

/** `261122-0007`: what people say on the phone. */
export function numberOf(day: string, count: number): string {
  return `${day}-${String(count).padStart(4, '0')}`;
}
