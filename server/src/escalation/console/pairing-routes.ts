import { idSchema, refusalSchema } from '@faultline/shared/wire/common.ts';
import { doneSchema, enrolmentCodeSchema } from '@faultline/shared/wire/http.ts';
import { phonePairingSchema, phonesAnswerSchema } from '@faultline/shared/wire/phone.ts';
import { enrolBodySchema } from '@faultline/shared/wire/vehicle.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AccessControl } from '../../access/access.ts';
import { viewerOf } from '../../access/guard.ts';
import type { Viewer } from '../../access/viewer.ts';
import type { Clock } from '../../clock.ts';
import { sendRefusal } from '../../http/refusal.ts';
import type { Directory } from '../../organisation/directory.ts';
import type { AuditLog } from '../../store/access-store.ts';
import type { ConsoleLine } from './console-line.ts';
import { pairedContactOf } from './paired-contact.ts';

export interface PairingRouteParts {
  readonly access: Pick<AccessControl, 'devices' | 'redeemCode'>;
  readonly directory: Directory;
  readonly line: Pick<ConsoleLine, 'isConnected'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

const answers = { '4xx': refusalSchema, '5xx': refusalSchema };
const idParams = z.strictObject({ id: idSchema });

/** Makes browsers the duty phones of contacts, and ends that again. */
export const pairingRoutes: FastifyPluginCallbackZod<PairingRouteParts> = (app, parts, done) => {
  const { access, directory, line, audit, clock } = parts;
  const isOwn = (contactId: string, { district }: Viewer): boolean => {
    const contact = directory.contact(contactId);
    return contact !== null && directory.department(contact.departmentId)?.district === district;
  };
  const record = ({ id: actorId, district }: Viewer, act: string, subject: string): Promise<void> =>
    audit.record({ district, at: clock.now(), actorId, act, subject, detail: '' });

  app.get(
    '/api/organisation/phones',
    {
      config: { access: 'phone.pair' },
      schema: {
        summary: 'Which contacts have a browser paired as their duty phone, and which of them is connected',
        tags: ['organisation'],
        response: { 200: phonesAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const pairedAt = [...access.devices.pairedAt('phone')].filter(([contactId]) => isOwn(contactId, viewer));
      const connectedContactIds = pairedAt
        .map(([contactId]) => contactId)
        .filter((contactId) => line.isConnected(contactId));
      return reply.send({ pairedAt: Object.fromEntries(pairedAt), connectedContactIds });
    },
  );

  app.post(
    '/api/organisation/contacts/:id/phone',
    {
      config: { access: 'phone.pair' },
      schema: {
        summary:
          "A one-time code that makes a browser the contact's duty phone, beside those it has; older codes are void",
        tags: ['organisation'],
        params: idParams,
        response: { 200: enrolmentCodeSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      if (!isOwn(id, viewer)) return sendRefusal(reply, { code: 'contact-unknown' });
      await record(viewer, 'phone.pairing-code', id);
      return reply.send(await access.devices.issueCode('phone', id));
    },
  );

  app.post(
    '/api/organisation/contacts/:id/phone/revoke',
    {
      config: { access: 'phone.pair' },
      schema: {
        summary: "End all of the contact's paired browsers and their codes at once",
        tags: ['organisation'],
        params: idParams,
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      if (!isOwn(id, viewer)) return sendRefusal(reply, { code: 'contact-unknown' });
      await access.devices.revoke('phone', id);
      await record(viewer, 'phone.revoke', id);
      return reply.send({});
    },
  );

  app.post(
    '/api/phone/pair',
    {
      config: { access: 'public' },
      schema: {
        summary: "Exchange a contact's one-time code for the token of this device, which is shown once",
        tags: ['access'],
        body: enrolBodySchema,
        response: { 200: phonePairingSchema, ...answers },
      },
    },
    async (request, reply) => {
      const redeemed = await access.redeemCode('phone', { code: request.body.code, address: request.ip });
      if (!redeemed.ok) return sendRefusal(reply, redeemed.refusal);
      const contact = pairedContactOf(directory, redeemed.value.subjectId);
      if (!contact) return sendRefusal(reply, { code: 'code-unknown' });
      return reply.send({ token: redeemed.value.token, contact });
    },
  );
  done();
};
