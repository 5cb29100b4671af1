import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { CommandAnswer, CommandBody, OpenBody, PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import type { ApiResult } from './api.ts';
import { post } from './api.ts';
import { whenReached } from './board.ts';

/** Pauses before each repetition of a command whose answer did not come; the id stays, so that it has one effect. [T2] */
const REPEAT_AFTER: readonly Duration[] = [0.5 * SECOND, SECOND, 2 * SECOND, 4 * SECOND];

/**
 * Gives a command on a ticket as the person saw it. Resolves when the server has written it *and* the board shows it;
 * a refusal `busy` with `offline: true` means that nobody knows yet whether it was written.
 */
export function submit(
  ticket: Pick<Ticket, 'id' | 'revision'>,
  action: PersonalAction,
): Promise<ApiResult<CommandAnswer>> {
  const body: CommandBody = { commandId: newCommandId(), expectedRevision: ticket.revision, action };
  return send(`/api/tickets/${encodeURIComponent(ticket.id)}/commands`, body);
}

export function openTicket(body: Omit<OpenBody, 'commandId'>): Promise<ApiResult<CommandAnswer>> {
  return send('/api/tickets', { ...body, commandId: newCommandId() } satisfies OpenBody);
}

function newCommandId(): string {
  return crypto.randomUUID();
}

async function send(path: string, body: CommandBody | OpenBody): Promise<ApiResult<CommandAnswer>> {
  let result = await post(path, body, commandAnswerSchema);
  for (const pause of REPEAT_AFTER) {
    if (result.ok || result.refusal.code !== 'busy') break;
    await wait(pause);
    result = await post(path, body, commandAnswerSchema);
  }
  if (result.ok) await whenReached(result.value.seq);
  return result;
}

function wait(pause: Duration): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pause));
}
