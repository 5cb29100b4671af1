/** A moment: whole milliseconds since 1970-01-01T00:00:00Z, on the server's clock unless a name says otherwise. */
export type Instant = number;
/** A length of time in milliseconds; may be negative where a name says so ("remaining"). */
export type Duration = number;

export const SECOND: Duration = 1_000;
export const MINUTE: Duration = 60 * SECOND;
export const HOUR: Duration = 60 * MINUTE;

/** Budgets are written in minutes, as the service's own rule book writes them; everything computes in milliseconds. */
export function minutes(count: number): Duration {
  return count * MINUTE;
}
