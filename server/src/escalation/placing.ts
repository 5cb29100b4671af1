import type { CallStore } from '../store/call-store.ts';
import type { CallOrder } from './call-order.ts';
import type { OpenLadder } from './ladder-book.ts';
import { hopId } from './ladder-book.ts';
import type { Live } from './live-call.ts';
import { MANUAL_LINE } from './manual-line.ts';
import type { CalledPerson } from './phone-line.ts';
import type { Scribe } from './scribe.ts';

/** What a call says, and what the journal hears of it. */
export interface CallTeller {
  /** The words that a call begins with. */
  opening(order: Pick<CallOrder, 'purpose' | 'person' | 'callee' | 'hops'>, hops: readonly OpenLadder[]): string;
  /** What is kept as spoken about one hop. */
  about(open: OpenLadder, language: CalledPerson['language']): string;
}

/**
 * Writes the attempt into each ticket; a hop that was done meanwhile drops out of the call.
 * @returns the hops that are left. @throws StoreFault when all have been tried and one could not be written.
 */
export async function claimHops(
  call: Live,
  order: CallOrder,
  { scribe, teller }: { readonly scribe: Pick<Scribe, 'place'>; readonly teller: Pick<CallTeller, 'about'> },
): Promise<readonly OpenLadder[]> {
  const { row } = call;
  const isByHand = order.line.id === MANUAL_LINE;
  const claims = await Promise.allSettled(
    row.hops.map(async (hop, index) => {
      const ordered = order.hops[index];
      if (!ordered) return [];
      const { step, callee, open } = ordered;
      const text = isByHand ? '' : teller.about(open, order.person.language);
      if (await scribe.place(row, hop, { step, callee, text })) return [open];
      call.openHops.delete(open.id);
      return [];
    }),
  );
  const claimed = claims.flatMap((claim) => {
    if (claim.status === 'rejected') throw claim.reason;
    return claim.value;
  });
  const ids = new Set(claimed.map(({ id }) => id));
  call.row = { ...call.row, hops: row.hops.filter(({ ticketId, key }) => ids.has(hopId(ticketId, key))) };
  return claimed.filter(({ id }) => call.openHops.has(id));
}

/**
 * @returns the hops that the opening speaks of: one that is done while the books are written is left out.
 * @throws StoreFault
 */
export async function writeOpening(
  call: Live,
  order: CallOrder,
  parts: {
    readonly claimed: readonly OpenLadder[];
    readonly teller: Pick<CallTeller, 'opening'>;
    readonly calls: Pick<CallStore, 'progress'>;
  },
): Promise<readonly OpenLadder[]> {
  let hops = parts.claimed;
  // Each turn leaves a hop out or is the last one.
  for (;;) {
    const opening = order.line.id === MANUAL_LINE ? '' : parts.teller.opening(order, hops);
    call.row = { ...call.row, opening };
    await parts.calls.progress(call.row.id, { opening, hops: call.row.hops });
    const open = hops.filter(({ id }) => call.openHops.has(id));
    if (open.length === hops.length || open.length === 0) return hops;
    hops = open;
  }
}
