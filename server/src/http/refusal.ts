import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import { STATUS_OF } from '@faultline/shared/wire/errors.ts';
import type { FastifyReply } from 'fastify';

/** Answers with the refusal as it is and the status that belongs to its code; the client has the sentence. */
export function sendRefusal<Refusal extends { readonly code: RefusalCode }>(
  reply: FastifyReply,
  refusal: Refusal,
): FastifyReply {
  return reply.code(STATUS_OF[refusal.code]).send(refusal);
}
