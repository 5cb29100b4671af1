import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openIssue } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { CallTasksAnswer } from '@faultline/shared/wire/http.ts';
import { callTasksAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import type { Account } from './account.ts';
import { ServerFault } from './account.ts';
import type { TemperOf } from './desk-steps.ts';
import type { Desks } from './desks.ts';
import { seededRandom } from './seeded-random.ts';

export interface PhoneDeskParts {
  readonly desks: Desks;
  readonly ticket: (id: string) => Ticket | undefined;
  readonly temperOf: TemperOf;
  readonly seed: number;
  readonly onRefusal: (code: string) => void;
}

type Task = CallTasksAnswer['tasks'][number];

const LOOKS_EVERY: Duration = 15 * SECOND;
/** A dispatcher finishes what he is at before he rings; a visitor may be quicker. */
const RINGS_AFTER: Duration = 75 * SECOND;

/**
 * Rings the duty phone once for each hop that lies still, and writes down what came of it. The rest of the ladder is
 * left to be worked by hand: the task stays until its hop is done. [E2] [E3]
 */
export class PhoneDesk {
  readonly #parts: PhoneDeskParts;
  #nextLookAt: Instant = 0;
  #isBusy = false;

  constructor(parts: PhoneDeskParts) {
    this.#parts = parts;
  }

  beat(now: Instant): void {
    if (this.#isBusy || now < this.#nextLookAt) return;
    this.#nextLookAt = now + LOOKS_EVERY;
    this.#isBusy = true;
    void this.#work(now).finally(() => {
      this.#isBusy = false;
    });
  }

  /** Never rejects: what is not done is found again by the next look. */
  async #work(now: Instant): Promise<void> {
    try {
      const answer = await this.#parts.desks.agent.get('/api/call-tasks', callTasksAnswerSchema);
      if (!answer.ok) return this.#parts.onRefusal(answer.refusal.code);
      for (const task of answer.value.tasks) {
        if (now >= task.raisedAt + RINGS_AFTER && task.steps.every(({ tries }) => tries === 0)) await this.#ring(task);
      }
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
    }
  }

  async #ring({ ticketId, key, kind, departmentId, nextContactId }: Task): Promise<void> {
    const ticket = this.#parts.ticket(ticketId);
    const account = ticket && this.#callerOf(kind, ticket);
    if (nextContactId === null || account === undefined) return;
    const outcome = this.#outcomeOf(ticketId, departmentId);
    const action: PersonalAction = { type: 'record-call', key, contactId: nextContactId, outcome, note: '' };
    const commandId = `${ticketId}-${key.replace('feedback:', '').replaceAll(/[^0-9A-Za-z-]/g, '-')}`;
    const body = { commandId, expectedRevision: null, action };
    const answer = await account.post(`/api/tickets/${ticketId}/commands`, body, commandAnswerSchema);
    if (!answer.ok) this.#parts.onRefusal(answer.refusal.code);
  }

  /** 95598 rings the repair centre, the repair centre its crew. [E1] */
  #callerOf(kind: Task['kind'], ticket: Ticket): Account | undefined {
    const { desks } = this.#parts;
    if (kind === 'centre-not-taken' || kind === 'centre-not-dispatched') return desks.agent;
    return desks.centres.get(openIssue(ticket)?.centreId ?? '');
  }

  #outcomeOf(ticketId: string, departmentId: string): 'acknowledged' | 'no-answer' | 'busy' {
    if (this.#parts.temperOf(departmentId)?.kind === 'does-not-accept') return 'no-answer';
    return seededRandom(this.#parts.seed, 'call', ticketId).unit() < 0.8 ? 'acknowledged' : 'busy';
  }
}
