import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';
import {
  pronunciationInputSchema,
  pronunciationSchema,
  pronunciationsAnswerSchema,
} from '@faultline/shared/wire/escalation.ts';
import { doneSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from './directory.ts';
import type { Decision } from './organisation.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams, ownOf } from './route-parts.ts';

/** How the district's own words are spoken on the phone: names of places that a synthesiser reads wrongly. */
export const pronunciationRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, random, speech } = parts;

  app.get(
    '/api/organisation/pronunciations',
    {
      config: { access: 'contact.read' },
      schema: {
        summary: 'The pronunciations of the district, and whether this server can speak',
        tags: ['organisation'],
        response: { 200: pronunciationsAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const pronunciations = [...directory.pronunciations(viewerOf(request).district)];
      return reply.send({ pronunciations, isSpeechInstalled: await speech.isInstalled() });
    },
  );

  app.post(
    '/api/organisation/pronunciations',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Add the pronunciation of a word',
        tags: ['organisation'],
        body: pronunciationInputSchema,
        response: { 200: pronunciationSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const pronunciation = { ...request.body, id: makeId(random) };
      const added = await organisation.change(by, () =>
        putPronunciation(directory, pronunciation, by.district, 'added'),
      );
      return added.ok ? reply.send(added.value) : sendRefusal(reply, added.refusal);
    },
  );

  app.put(
    '/api/organisation/pronunciations/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Change a pronunciation',
        tags: ['organisation'],
        params: idParams,
        body: pronunciationInputSchema,
        response: { 200: pronunciationSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const pronunciation = { ...request.body, id: request.params.id };
      const changed = await organisation.change(by, () => {
        if (!ownOf(directory.pronunciation(pronunciation.id), by.district)) return refuse({ code: 'not-found' });
        return putPronunciation(directory, pronunciation, by.district, 'changed');
      });
      return changed.ok ? reply.send(changed.value) : sendRefusal(reply, changed.refusal);
    },
  );

  app.delete(
    '/api/organisation/pronunciations/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Remove a pronunciation',
        tags: ['organisation'],
        params: idParams,
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const removed = await organisation.change(by, () => {
        if (!ownOf(directory.pronunciation(id), by.district)) return refuse({ code: 'not-found' });
        return accept({
          change: { what: 'pronunciation' as const, id, how: 'removed' as const },
          writes: [{ row: 'pronunciation-removed' as const, id }],
          value: {},
        });
      });
      return removed.ok ? reply.send(removed.value) : sendRefusal(reply, removed.refusal);
    },
  );
  done();
};

/** A written word is spoken in one way only, in each language. */
function putPronunciation(
  directory: Directory,
  pronunciation: Pronunciation,
  district: string,
  how: 'added' | 'changed',
): Decision<Pronunciation> {
  const { id, language, written } = pronunciation;
  const isTaken = directory
    .pronunciations(district)
    .some((other) => other.id !== id && other.language === language && other.written === written);
  if (isTaken) return refuse({ code: 'pronunciation-taken' });
  return accept({
    change: { what: 'pronunciation', id, how },
    writes: [{ row: 'pronunciation', district, pronunciation }],
    value: pronunciation,
  });
}
