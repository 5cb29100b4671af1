import type {
  Contact,
  Department,
  District,
  Trade,
  User,
  Vehicle,
  Wall,
} from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { OrganisationCommit } from './store.ts';

/** Everything the organisation consists of, in the order in which it was entered. */
export interface OrganisationRows {
  readonly districts: readonly District[];
  readonly departments: readonly Department[];
  readonly trades: readonly (Trade & { readonly district: string })[];
  readonly vehicles: readonly Vehicle[];
  readonly contacts: readonly Contact[];
  readonly roster: readonly RosterEntry[];
  readonly pronunciations: readonly (Pronunciation & { readonly district: string })[];
  readonly policies: readonly { readonly district: string; readonly policy: Policy }[];
  readonly users: readonly User[];
  readonly walls: readonly Wall[];
}

/** One row that a change writes; what is not a removal adds the row or replaces the one of the same id. */
export type OrganisationWrite =
  | { readonly row: 'district'; readonly district: District }
  | { readonly row: 'department'; readonly department: Department }
  | { readonly row: 'department-removed'; readonly id: string }
  | { readonly row: 'trade'; readonly district: string; readonly trade: Trade }
  | { readonly row: 'trade-removed'; readonly id: string }
  | { readonly row: 'vehicle'; readonly vehicle: Vehicle }
  | { readonly row: 'contact'; readonly contact: Contact }
  | { readonly row: 'contact-removed'; readonly id: string }
  | { readonly row: 'roster'; readonly entry: RosterEntry }
  | { readonly row: 'roster-removed'; readonly id: string }
  /** @throws StoreFault when another row of the district and language has the same written word. */
  | { readonly row: 'pronunciation'; readonly district: string; readonly pronunciation: Pronunciation }
  | { readonly row: 'pronunciation-removed'; readonly id: string }
  | { readonly row: 'policy'; readonly district: string; readonly policy: Policy }
  | {
      readonly row: 'user';
      readonly user: User;
      /** PHC string; `null` keeps the one there is. */
      readonly passwordHash: string | null;
      /** Ends all of the user's sessions in the same transaction. */
      readonly endSessionsAt: Instant | null;
    }
  | { readonly row: 'wall'; readonly wall: Wall }
  | { readonly row: 'setting'; readonly key: string; readonly value: string };

export interface OrganisationStore {
  readAll(): Promise<OrganisationRows>;
  setting(key: string): Promise<string | null>;
  /** Whether any ticket, open or over, names this department, vehicle or contact, by a call too. */
  isNamedByTicket(district: string, id: string): Promise<boolean>;
  /** All writes and the journal row in one transaction, or nothing. @throws StoreFault */
  commit(commit: OrganisationCommit, writes: readonly OrganisationWrite[]): Promise<JournalRow>;
}
