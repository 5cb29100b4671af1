import { unreachable } from '@faultline/shared/assert.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import type { Account } from './account.ts';
import { ServerFault } from './account.ts';
import type { Candidate } from './assignment.ts';
import { chooseVehicle } from './assignment.ts';
import { backoff } from './backoff.ts';
import type { DeskStep, TemperOf } from './desk-steps.ts';
import { nextDeskStep } from './desk-steps.ts';
import type { Desks } from './desks.ts';
import type { LiveBoard } from './live-board.ts';
import type { Manner } from './manner.ts';

export interface ConductorParts {
  readonly desks: Desks;
  readonly board: Pick<LiveBoard, 'tickets' | 'cursor'>;
  readonly mannerOf: (ticket: Ticket) => Manner;
  readonly temperOf: TemperOf;
  /** The fleet as a dispatcher sees it now. */
  readonly candidates: () => readonly Candidate[];
  /** The repair centre that a lead would issue this ticket to. */
  readonly centreFor: (ticket: Ticket, manner: Manner) => string;
  /** For a crew without an office. */
  readonly acceptInVehicle: (ticket: Ticket, legNo: number) => void;
  readonly onRefusal: (code: string) => void;
  readonly now: () => Instant;
}

interface Progress {
  isBusy: boolean;
  /** The board has to have come this far before the ticket is looked at again. */
  seq: number;
  notBefore: Instant;
  /** Refusals and failures without a success between them. */
  failures: number;
}

const FIRST_RETRY: Duration = 2 * SECOND;
const LONGEST_RETRY: Duration = 2 * MINUTE;
/** No suitable vehicle is free: looked for again, and after the patience given to a busy one. */
const LOOKS_AGAIN_AFTER: Duration = 5 * SECOND;
const QUEUES_AFTER: Duration = 2 * MINUTE;

/** Plays the desks: looks at every open ticket as it stands and does what is due. Who was there first, was right. */
export class Conductor {
  readonly #parts: ConductorParts;
  readonly #progress = new Map<string, Progress>();

  constructor(parts: ConductorParts) {
    this.#parts = parts;
  }

  beat(now: Instant): void {
    const { board, mannerOf, temperOf } = this.#parts;
    for (const id of this.#progress.keys()) if (!board.tickets.has(id)) this.#progress.delete(id);
    for (const ticket of board.tickets.values()) {
      const progress = this.#progressOf(ticket.id);
      if (progress.isBusy || board.cursor < progress.seq || now < progress.notBefore) continue;
      const manner = mannerOf(ticket);
      const due = nextDeskStep(ticket, manner, temperOf);
      if (due === null || now < due.dueAt) continue;
      this.#perform(ticket, { manner, ...due }, progress);
    }
  }

  #progressOf(ticketId: string): Progress {
    const known = this.#progress.get(ticketId);
    if (known) return known;
    const progress = { isBusy: false, seq: 0, notBefore: 0, failures: 0 };
    this.#progress.set(ticketId, progress);
    return progress;
  }

  #perform(
    ticket: Ticket,
    { step, manner, dueAt }: { readonly step: DeskStep; readonly manner: Manner; readonly dueAt: Instant },
    progress: Progress,
  ): void {
    const now = this.#parts.now();
    const account = this.#accountFor(step);
    if (account === undefined) {
      if (step.type === 'accept') this.#parts.acceptInVehicle(ticket, step.legNo);
      progress.notBefore = now + LONGEST_RETRY;
      return;
    }
    const action = this.#actionOf(ticket, step, { manner, hasWaited: now - dueAt > QUEUES_AFTER });
    if (action === null) {
      progress.notBefore = now + LOOKS_AGAIN_AFTER;
      return;
    }
    progress.isBusy = true;
    const sent = this.#send(account, ticket, { action, commandId: commandIdOf(ticket, step) }, progress);
    void sent.finally(() => {
      progress.isBusy = false;
    });
  }

  #accountFor(step: DeskStep): Account | undefined {
    const { desks } = this.#parts;
    switch (step.by) {
      case 'agent':
        return desks.agent;
      case 'lead':
        return desks.lead;
      case 'centre':
        return desks.centres.get(step.centreId);
      case 'crew':
        return desks.crews.get(step.crewId);
      default:
        return unreachable(step);
    }
  }

  /** `null` when the step has to wait for a vehicle. */
  #actionOf(
    ticket: Ticket,
    step: DeskStep,
    { manner, hasWaited }: { readonly manner: Manner; readonly hasWaited: boolean },
  ): PersonalAction | null {
    switch (step.type) {
      case 'issue':
        return { type: 'issue', centreId: this.#parts.centreFor(ticket, manner), entered: undefined };
      case 'cancel':
        return { type: 'cancel', reason: step.reason, text: CANCEL_TEXT[step.reason] };
      case 'dispatch': {
        const search = { homeVehicleId: manner.homeVehicleId, mayQueue: hasWaited };
        const chosen = chooseVehicle(ticket, this.#parts.candidates(), search);
        if (chosen === null) return null;
        const { crewId, vehicleId } = chosen;
        return { type: 'dispatch', crewId, vehicleId, supportVehicleIds: [], entered: undefined };
      }
      case 'recall':
        return { type: 'recall', target: 'leg', no: step.legNo, reason: step.reason, text: RECALL_TEXT[step.reason] };
      case 'accept':
        return { type: 'accept', legNo: step.legNo, entered: undefined };
      case 'take':
        return { type: 'take', entered: undefined };
      case 'close':
        return { type: 'close', entered: undefined };
      default:
        return unreachable(step);
    }
  }

  /** Never rejects: what went wrong is the reason to look again later. */
  async #send(
    account: Account,
    ticket: Ticket,
    { action, commandId }: { readonly action: PersonalAction; readonly commandId: string },
    progress: Progress,
  ): Promise<void> {
    const body = { commandId, expectedRevision: ticket.revision, action };
    try {
      const answer = await account.post(`/api/tickets/${ticket.id}/commands`, body, commandAnswerSchema);
      if (answer.ok) {
        progress.failures = 0;
        progress.seq = answer.value.seq;
        return;
      }
      this.#parts.onRefusal(answer.refusal.code);
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
    }
    progress.failures += 1;
    progress.notBefore = this.#parts.now() + backoff(progress.failures, FIRST_RETRY, LONGEST_RETRY);
  }
}

const RECALL_TEXT = {
  misrouted: '非本班组业务，改派',
  'receiver-unable': '班组值班电话答复无法接单，改派其他班组',
  'no-response': '班组超时未接单，改派其他班组',
  mistake: '误派工单',
  other: '改派其他班组',
} as const;
const CANCEL_TEXT = {
  'customer-withdrew': '客户来电撤销报修',
  'restored-meanwhile': '交班清理：客户确认已恢复供电',
  'customer-side': '客户内部故障',
  duplicate: '重复报修',
  mistake: '误建工单',
} as const;

/** The same step of the same ticket has the same id in every run, so that it has one effect. [T2] */
function commandIdOf(ticket: Ticket, step: DeskStep): string {
  switch (step.type) {
    case 'issue':
      return `${ticket.id}-issue-${ticket.issues.length + 1}`;
    case 'take':
      return `${ticket.id}-take-${ticket.issues.length}`;
    case 'dispatch':
      return `${ticket.id}-dispatch-${ticket.legs.length + 1}`;
    case 'recall':
    case 'accept':
      return `${ticket.id}-${step.type}-${step.legNo}`;
    case 'cancel':
    case 'close':
      return `${ticket.id}-${step.type}`;
    default:
      return unreachable(step);
  }
}
