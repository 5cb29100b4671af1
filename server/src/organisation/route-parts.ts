import { idSchema, refusalSchema } from '@faultline/shared/wire/common.ts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccessControl } from '../access/access.ts';
import { viewerOf } from '../access/guard.ts';
import type { Random } from '../access/tokens.ts';
import type { Viewer } from '../access/viewer.ts';
import { actorOf } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';
import type { Speech } from '../escalation/speech/speech.ts';
import type { AuditLog } from '../store/access-store.ts';
import type { OrganisationStore } from '../store/organisation-store.ts';
import type { JournalStore } from '../store/store.ts';
import type { Directory } from './directory.ts';
import type { Organisation } from './organisation.ts';

/** What the routes of the organisation work with. */
export interface OrganisationRouteParts {
  readonly organisation: Organisation;
  readonly directory: Directory;
  readonly store: OrganisationStore;
  readonly journal: Pick<JournalStore, 'openTickets'>;
  readonly access: AccessControl;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether this server can speak, for who writes down how a word is spoken. */
  readonly speech: Pick<Speech, 'isInstalled'>;
}

export const answers = { '4xx': refusalSchema, '5xx': refusalSchema };
export const idParams = z.strictObject({ id: idSchema });

/** Who changes the organisation of which district. */
export function changerOf(
  request: FastifyRequest,
): Parameters<Organisation['change']>[0] & { readonly viewer: Viewer } {
  const viewer = viewerOf(request);
  return { district: viewer.district, actor: actorOf(viewer), viewer };
}

/** Acts around devices change no row that the journal speaks of; who did them is written down beside it. */
export async function recordAct(
  { audit, clock }: Pick<OrganisationRouteParts, 'audit' | 'clock'>,
  viewer: Viewer,
  act: string,
  subject: string,
): Promise<void> {
  await audit.record({ district: viewer.district, at: clock.now(), actorId: viewer.id, act, subject, detail: '' });
}

/** Another district's things do not exist for this viewer. */
export function ownOf<Row extends { readonly district: string }>(row: Row | null, district: string): Row | null {
  return row?.district === district ? row : null;
}
