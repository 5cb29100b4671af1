import { createHash } from 'node:crypto';

/** What stands before the first row of a district's chain. */
export const CHAIN_START = '0'.repeat(64);

/** Each row's hash covers the row before it, its place and its exact text, so no row can change or vanish unseen. [A1] */
export function chainHash(
  previous: string,
  row: { readonly district: string; readonly seq: number; readonly body: string },
): string {
  return createHash('sha256').update(`${previous}\n${row.district}\n${row.seq}\n${row.body}`).digest('hex');
}
