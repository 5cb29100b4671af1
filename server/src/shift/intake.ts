import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { OpenBody } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import type { Account } from './account.ts';
import { ServerFault } from './account.ts';
import { backoff } from './backoff.ts';
import type { PaperTicket } from './paper-tickets.ts';
import type { PlannedTicket } from './planned-ticket.ts';

export interface IntakeParts {
  readonly agent: Account;
  /** The repair centre whose crew holds the vehicle. */
  readonly centreOf: (vehicleId: string) => string;
  readonly crewOf: (vehicleId: string) => string;
  readonly onOpened: (ticketId: string, ticket: PlannedTicket) => void;
  readonly onRefusal: (code: string) => void;
  readonly now: () => Instant;
}

interface Waiting {
  readonly ticket: PlannedTicket;
  readonly body: OpenBody;
  isBusy: boolean;
  notBefore: Instant;
  failures: number;
}

/** The agent goes on typing for this share of the time to the issue, 25 s at the most; the clock runs since A. */
const TYPING = { share: 0.4, atMost: 25 * SECOND } as const;
const RETRY = { first: SECOND, longest: MINUTE / 2 } as const;
/** A call whose ticket could not be opened for so long is lost, like a caller who gave up. */
const GIVES_UP_AFTER = 10 * MINUTE;

/** The agent's desk: enters what was written on paper, then opens a ticket for each call. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #waiting = new Set<Waiting>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  enterPaper(paper: PaperTicket): void {
    const { ticket, written } = paper;
    this.#add(ticket, { ...bodyOf(ticket), paper: { at: written.A, steps: this.#stepsOf(paper) } }, 0);
  }

  takeCall(ticket: PlannedTicket): void {
    const typing = Math.min(ticket.hops.issueAfter * TYPING.share, TYPING.atMost);
    this.#add(ticket, { ...bodyOf(ticket), callEndedAt: ticket.hangUpAt }, ticket.hangUpAt + typing);
  }

  beat(now: Instant): void {
    for (const waiting of this.#waiting) {
      if (waiting.isBusy || now < waiting.notBefore) continue;
      if (waiting.body.paper === undefined && now > waiting.ticket.hangUpAt + GIVES_UP_AFTER) {
        this.#waiting.delete(waiting);
        continue;
      }
      waiting.isBusy = true;
      void this.#open(waiting).finally(() => {
        waiting.isBusy = false;
      });
    }
  }

  #add(ticket: PlannedTicket, body: OpenBody, notBefore: Instant): void {
    this.#waiting.add({ ticket, body, isBusy: false, notBefore, failures: 0 });
  }

  #stepsOf({ ticket, written, vehicleId }: PaperTicket): NonNullable<OpenBody['paper']>['steps'] {
    const { B, C, D, E, F, G } = written;
    return [
      ...(B === null
        ? []
        : [{ point: 'B' as const, at: B, centreId: this.#parts.centreOf(vehicleId ?? ticket.homeVehicleId) }]),
      ...(C === null ? [] : [{ point: 'C' as const, at: C }]),
      ...(D === null || vehicleId === null
        ? []
        : [{ point: 'D' as const, at: D, crewId: this.#parts.crewOf(vehicleId), vehicleId }]),
      ...(E === null ? [] : [{ point: 'E' as const, at: E }]),
      ...(F === null ? [] : [{ point: 'F' as const, at: F }]),
      ...(G === null ? [] : [{ point: 'G' as const, at: G }]),
    ];
  }

  /** Repeated under the same id until there is an answer; a refusal is one. Never rejects. */
  async #open(waiting: Waiting): Promise<void> {
    try {
      const answer = await this.#parts.agent.post('/api/tickets', waiting.body, commandAnswerSchema);
      this.#waiting.delete(waiting);
      if (answer.ok) this.#parts.onOpened(answer.value.ticketId, waiting.ticket);
      else this.#parts.onRefusal(answer.refusal.code);
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
      waiting.failures += 1;
      waiting.notBefore = this.#parts.now() + backoff(waiting.failures, RETRY.first, RETRY.longest);
    }
  }
}

function bodyOf({ key, place, faultClass, faultText, caller }: PlannedTicket): OpenBody {
  return {
    commandId: `shift-${key}`,
    areaClass: 'urban',
    place,
    faultClass,
    faultText: faultText.zh,
    // The wire wants digits; the fictional 000 in front of them stays.
    caller: { name: caller.name, phone: caller.phone.replaceAll('-', ''), address: '', note: '' },
  };
}
