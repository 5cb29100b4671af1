import type { Identity } from '@faultline/shared/access/access.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';

/** Somebody whose session or token has been checked: every request and every socket has exactly one. */
export interface Viewer extends Identity {
  readonly kind: 'person' | 'device';
  /** The user, wall, vehicle or contact. */
  readonly id: string;
  readonly name: string;
  readonly district: string;
  /** The SHA-256 of the session's or device's token: names the credential, so that its end closes the socket. */
  readonly credential: string;
}

export function actorOf(viewer: Viewer): Actor {
  const { id, departmentId } = viewer;
  if (viewer.kind === 'device') return { kind: 'device', id, departmentId };
  return { kind: 'person', id, role: viewer.role, departmentId };
}
