import type { Department } from '@faultline/shared/organisation/organisation.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen, openIssue } from '@faultline/shared/ticket/ticket.ts';

export interface CentreProposal {
  readonly centre: Department;
  readonly servesArea: boolean;
  /** Tickets that lie with the centre now and are not yet cleared. */
  readonly openTickets: number;
}

/** The repair centres, those that serve the area first, then the less loaded ones. [S1] */
export function rankCentres(
  departments: Iterable<Department>,
  area: string,
  tickets: Iterable<Ticket>,
): readonly CentreProposal[] {
  const load = new Map<string, number>();
  for (const ticket of tickets) {
    const centreId = isOpen(ticket) && !ticket.cleared ? openIssue(ticket)?.centreId : undefined;
    if (centreId !== undefined) load.set(centreId, (load.get(centreId) ?? 0) + 1);
  }
  return [...departments]
    .filter(({ kind, isActive }) => kind === 'repair-centre' && isActive)
    .map((centre) => ({
      centre,
      servesArea: area !== '' && centre.areas.includes(area),
      openTickets: load.get(centre.id) ?? 0,
    }))
    .sort((a, b) => Number(b.servesArea) - Number(a.servesArea) || a.openTickets - b.openTickets);
}
