import type { Department, District, Trade, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import type { Board, Session } from '@faultline/shared/wire/http.ts';
import type { Freshness } from './freshness.ts';

/** Everything a console knows of its district. Positions are not in it: they never enter React. */
export interface BoardState {
  /** `failed`: there is no data and the server does not answer; it is asked again by itself. */
  readonly status: Freshness | 'loading' | 'signed-out' | 'failed';
  /** Server time of the newest moment at which nothing was missing here. */
  readonly dataAsOf: Instant | null;
  readonly session: Session | null;
  readonly district: District | null;
  readonly departments: ReadonlyMap<string, Department>;
  readonly trades: readonly Trade[];
  readonly vehicles: readonly Vehicle[];
  readonly policies: readonly Policy[];
  /** The open ones, and those whose recall no vehicle has confirmed yet. [R2] */
  readonly tickets: ReadonlyMap<string, Ticket>;
  readonly connectedVehicleIds: ReadonlySet<string>;
  /** The phone lines, what waits before them and what would go wrong; `null` until the server has told it. */
  readonly escalation: EscalationStatus | null;
}

export const BLANK: BoardState = {
  status: 'loading',
  dataAsOf: null,
  session: null,
  district: null,
  departments: new Map(),
  trades: [],
  vehicles: [],
  policies: [],
  tickets: new Map(),
  connectedVehicleIds: new Set(),
  escalation: null,
};

/** What the server's snapshot says, the tickets aside. */
export function organisationOf(board: Board): Partial<BoardState> {
  return {
    district: board.district,
    departments: new Map(board.departments.map((department) => [department.id, department])),
    trades: board.trades,
    vehicles: board.vehicles,
    policies: board.policies,
    connectedVehicleIds: new Set(board.connectedVehicleIds),
  };
}

export function ticketsOf(board: Board): BoardState['tickets'] {
  return new Map(board.tickets.map((ticket) => [ticket.id, ticket]));
}
