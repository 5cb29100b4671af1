import { namedBy } from '@faultline/shared/organisation/on-duty.ts';
import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import { openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { JournalStore } from '../store/store.ts';
import type { Directory } from './directory.ts';

/** What still hangs on something that is to be taken out of service, for the person to solve first. */
export type Use = 'ticket' | 'crew' | 'vehicle' | 'user' | 'contact' | 'roster';

/** Who still needs an office: open work, active crews of a centre, active vehicles of a crew, people who sign in. */
export async function useOfDepartment(
  id: string,
  district: string,
  parts: { readonly directory: Directory; readonly journal: Pick<JournalStore, 'openTickets'> },
): Promise<Use | null> {
  const { directory } = parts;
  if (directory.departments(district).some(({ centreId, isActive }) => isActive && centreId === id)) return 'crew';
  if (directory.vehicles(district).some(({ crewId, isActive }) => isActive && crewId === id)) return 'vehicle';
  if (directory.users(district).some(({ departmentId, isActive }) => isActive && departmentId === id)) return 'user';
  const tickets = await parts.journal.openTickets(district);
  const hasWork = tickets.some((ticket) => openIssue(ticket)?.centreId === id || openLeg(ticket)?.crewId === id);
  return hasWork ? 'ticket' : null;
}

/** Open work of a vehicle, as the main one or in support. */
export async function useOfVehicle(
  id: string,
  district: string,
  journal: Pick<JournalStore, 'openTickets'>,
): Promise<Use | null> {
  const tickets = await journal.openTickets(district);
  const hasWork = tickets.some((ticket) => {
    const leg = openLeg(ticket);
    return leg !== null && (leg.vehicleId === id || leg.supportVehicleIds.includes(id));
  });
  return hasWork ? 'ticket' : null;
}

/** The entries of the roster that name somebody, for the person who has to find him a replacement first. */
export function rosterUseOf({ id, departmentId }: Contact, directory: Directory): readonly RosterEntry[] {
  return directory.roster(departmentId).filter((entry) => namedBy(entry).includes(id));
}
