import type { Duration, Instant } from '../time.ts';
import type { Aftermath, Point } from './points.ts';
import type {
  Callee,
  CallOutcome,
  CancelReason,
  EndReason,
  FaultRecord,
  HandOutcome,
  Report,
  Stamp,
  TicketEventType,
} from './ticket.ts';

/** Where a point's time comes from; `stampOf` makes a stamp of it. [T4] */
export type TimeClaim =
  | {
      readonly how: 'now';
      readonly evidence: 'telephony' | 'system' | 'device-online' | 'gps-corroborated' | 'declared-by-phone';
    }
  /** @property skewMs the device's clock minus the server's, as measured on its connection. */
  | { readonly how: 'device'; readonly claimedAt: Instant; readonly skewMs: Duration }
  | {
      readonly how: 'entered';
      readonly at: Instant;
      readonly evidence: 'declared-by-phone' | 'entered-by-dispatcher' | 'telephony';
    };

/** What somebody wants to happen to one ticket. Facts the rules cannot know (links, distances) come with it. */
export type TicketCommand =
  | { readonly type: 'open'; readonly report: Report; readonly time: TimeClaim }
  | {
      readonly type: 'issue';
      readonly centreId: string;
      readonly wasReceiverConnected: boolean;
      readonly time: TimeClaim;
    }
  | {
      readonly type: 'deliver-to-centre';
      readonly issueNo: number;
      readonly deviceId: string;
      readonly time: TimeClaim;
    }
  | { readonly type: 'take'; readonly time: TimeClaim }
  | {
      readonly type: 'dispatch';
      readonly crewId: string;
      readonly vehicleId: string;
      readonly supportVehicleIds: readonly string[];
      readonly isCoLocated: boolean;
      readonly wasReceiverConnected: boolean;
      readonly travelMs: Duration | null;
      readonly time: TimeClaim;
    }
  | { readonly type: 'deliver-to-crew'; readonly legNo: number; readonly deviceId: string; readonly time: TimeClaim }
  | LegCommand<'accept'>
  | LegCommand<'depart'>
  | LegCommand<'arrive'>
  | LegCommand<'clear'>
  | { readonly type: 'record'; readonly record: FaultRecord; readonly time: TimeClaim }
  | { readonly type: 'close'; readonly time: TimeClaim }
  | EndCommand<'return'>
  | EndCommand<'recall'>
  | { readonly type: 'confirm-recall'; readonly legNo: number; readonly time: TimeClaim }
  | { readonly type: 'cancel'; readonly reason: CancelReason; readonly text: string }
  | {
      readonly type: 'correct';
      readonly point: Point;
      /** Names the issue of B or C; `null` is the newest. */
      readonly issueNo: number | null;
      /** Names the leg of D to H; `null` is the newest. */
      readonly legNo: number | null;
      readonly at: Instant;
      readonly reason: string;
    }
  | {
      readonly type: 'place-call';
      readonly key: string;
      readonly callId: string;
      /** Counted from 1 over all calls of the feedback: a decision on an older list is refused. */
      readonly attemptNo: number;
      readonly step: number;
      readonly callee: Callee;
      readonly line: string;
      readonly text: string;
    }
  | { readonly type: 'answer-call'; readonly key: string; readonly callId: string }
  | {
      readonly type: 'end-call';
      readonly key: string;
      readonly callId: string;
      readonly outcome: CallOutcome;
      readonly pressed: string | null;
      readonly code: string;
      readonly note: string;
    }
  | {
      readonly type: 'record-call';
      readonly key: string;
      readonly callee: Callee;
      readonly outcome: HandOutcome;
      readonly note: string;
    }
  | { readonly type: 'spend-ladder'; readonly key: string; readonly round: number }
  | { readonly type: 'hold-calls' | 'release-calls'; readonly key: string }
  | { readonly type: 'acknowledge-alarm'; readonly key: string }
  | { readonly type: 'fire-due' };

interface LegCommand<Type extends string> {
  readonly type: Type;
  readonly legNo: number;
  readonly time: TimeClaim;
}

interface EndCommand<Type extends string> {
  readonly type: Type;
  readonly target: 'issue' | 'leg';
  /** The issue or leg that is meant; protects a newer one from a late button. */
  readonly no: number;
  readonly reason: EndReason;
  readonly text: string;
}

export type TicketCommandType = TicketCommand['type'];

/** Why a ticket's rules say no. A closed set; every member has a status and a sentence in two languages. */
export type TicketRefusal =
  | { readonly code: 'ticket-unknown' }
  | { readonly code: 'ticket-exists' }
  | { readonly code: 'ticket-over'; readonly how: 'closed' | 'cancelled' }
  | {
      readonly code: 'stale-revision';
      readonly revision: number;
      readonly lastChange: { readonly type: TicketEventType; readonly at: Instant };
    }
  | { readonly code: 'point-already-set'; readonly point: Point | Aftermath; readonly stamp: Stamp }
  | { readonly code: 'point-out-of-order'; readonly expected: Point | Aftermath }
  | { readonly code: 'point-missing'; readonly point: Point }
  | { readonly code: 'time-in-future'; readonly now: Instant }
  | { readonly code: 'time-too-old'; readonly earliest: Instant }
  | { readonly code: 'time-contradicts'; readonly point: Point | Aftermath | 'taken' | 'ending'; readonly at: Instant }
  | { readonly code: 'already-issued'; readonly centreId: string }
  | { readonly code: 'already-taken'; readonly at: Instant }
  | { readonly code: 'not-issued' }
  | { readonly code: 'already-dispatched'; readonly legNo: number }
  | { readonly code: 'not-dispatched' }
  | { readonly code: 'already-arrived'; readonly at: Instant }
  | { readonly code: 'issue-ended'; readonly issueNo: number }
  | { readonly code: 'leg-unknown'; readonly legNo: number }
  | { readonly code: 'leg-ended'; readonly legNo: number }
  | { readonly code: 'nothing-to-confirm'; readonly legNo: number }
  | { readonly code: 'reason-missing' }
  | { readonly code: 'feedback-unknown' }
  | { readonly code: 'feedback-over' }
  | { readonly code: 'call-unknown' }
  | { readonly code: 'call-under-way' }
  | { readonly code: 'alarm-unknown' };

export const TICKET_REFUSAL_CODES = [
  'ticket-unknown',
  'ticket-exists',
  'ticket-over',
  'stale-revision',
  'point-already-set',
  'point-out-of-order',
  'point-missing',
  'time-in-future',
  'time-too-old',
  'time-contradicts',
  'already-issued',
  'already-taken',
  'not-issued',
  'already-dispatched',
  'not-dispatched',
  'already-arrived',
  'issue-ended',
  'leg-unknown',
  'leg-ended',
  'nothing-to-confirm',
  'reason-missing',
  'feedback-unknown',
  'feedback-over',
  'call-unknown',
  'call-under-way',
  'alarm-unknown',
] as const satisfies readonly TicketRefusal['code'][];
