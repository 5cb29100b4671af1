import { can } from '@faultline/shared/access/access.ts';
import type { UserRole } from '@faultline/shared/organisation/organisation.ts';

export const PAGES = ['wall', 'desk', 'vehicle', 'phone', 'ticket', 'late', 'crew', 'admin'] as const;
export type Page = (typeof PAGES)[number];

/** Where a person's work is; it is opened right after signing in. */
export const HOME_OF: Readonly<Record<UserRole, Page>> = {
  agent: 'desk',
  lead: 'desk',
  'centre-dispatcher': 'desk',
  crew: 'crew',
  supervisor: 'late',
  admin: 'admin',
  wall: 'wall',
};

/** A vehicle and a duty phone are paired by their own codes, so that their pages are open to everybody; all others ask for a person. */
export function mayOpen(page: Page, role: UserRole | null): boolean {
  if (page === 'vehicle' || page === 'phone') return true;
  if (role === null) return false;
  switch (page) {
    case 'wall':
      return can(role, 'board.read');
    case 'desk':
      return can(role, 'ticket.open');
    case 'ticket':
      return can(role, 'ticket.search');
    case 'late':
      return can(role, 'late-hops.read');
    case 'crew':
      return role === 'crew';
    case 'admin':
      return can(role, 'organisation.write');
  }
}

/**
 * Where to go after signing in: the page that sent the person here, when it is one of ours and his role may open it,
 * else the page of his role. Anything else in the address is not followed.
 */
export function destinationOf(search: string, role: UserRole): string {
  const wanted = new URLSearchParams(search).get('next') ?? '';
  const page = PAGES.find((candidate) => new RegExp(`^/${candidate}(/[\\w-]*)?$`).test(wanted));
  return page && mayOpen(page, role) ? wanted : `/${HOME_OF[role]}`;
}
