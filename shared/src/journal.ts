import type { Actor, TicketEvent } from './ticket/ticket.ts';
import type { Instant } from './time.ts';

/** One row of a district's journal. `seq` is dense: a console applies `cursor + 1` only and pulls what it missed. */
export type JournalRow =
  | {
      readonly kind: 'ticket';
      readonly seq: number;
      readonly recordedAt: Instant;
      readonly ticketId: string;
      readonly ticketVersion: number;
      readonly by: Actor;
      readonly event: TicketEvent;
    }
  | {
      readonly kind: 'organisation';
      readonly seq: number;
      readonly recordedAt: Instant;
      readonly by: Actor;
      readonly change: OrganisationChange;
    }
  /** Stands for a row that this viewer may not see, so that his cursor goes on. [D3] */
  | { readonly kind: 'stub'; readonly seq: number };

/** Something of the organisation was changed; the console reads the new state. */
export interface OrganisationChange {
  readonly what:
    | 'department'
    | 'trade'
    | 'vehicle'
    | 'contact'
    | 'roster'
    | 'pronunciation'
    | 'user'
    | 'policy'
    | 'wall';
  readonly id: string;
  readonly how: 'added' | 'changed' | 'removed';
}
