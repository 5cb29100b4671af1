import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { StorageFullFault, StoreFault, StoreMismatchFault } from '../store/store.ts';
import { sendRefusal } from './refusal.ts';

interface Answer {
  readonly code: RefusalCode;
  readonly [detail: string]: unknown;
}

/** One place turns everything that was thrown into an answer that tells nothing of the inside. */
export function addErrorAnswers(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, { code: 'not-found' }));
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = expectedAnswer(error);
  if (answer) return sendRefusal(reply, answer);
  request.log.error({ err: error, requestId: request.id }, 'the request failed');
  // A fault of the store is also for the operator to see; the person only learns that nothing was written.
  if (error instanceof StorageFullFault) return sendRefusal(reply, { code: 'storage-full', requestId: request.id });
  if (error instanceof StoreFault && !(error instanceof StoreMismatchFault)) {
    return sendRefusal(reply, { code: 'busy', requestId: request.id });
  }
  return sendRefusal(reply, { code: 'fault', requestId: request.id });
}

/** What the sender did wrong, or `null` when the error is ours. */
function expectedAnswer(error: FastifyError): Answer | null {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    return {
      code: 'malformed',
      in: error.validationContext,
      path: first?.instancePath ?? '/',
      problem: first?.keyword,
    };
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'too-large' };
  const status = error.statusCode ?? 500;
  // Fastify's own: a body that is no JSON, another content type, a length that does not fit.
  return status >= 400 && status < 500 ? { code: 'malformed' } : null;
}
