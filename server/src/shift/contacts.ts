import { RUNG_DEPARTMENT } from '@faultline/shared/escalation/readiness.ts';
import type { Contact, DepartmentKind } from '@faultline/shared/organisation/organisation.ts';
import type { Board, DemoAccounts } from '@faultline/shared/wire/http.ts';
import { contactsAnswerSchema, demoAccountsSchema } from '@faultline/shared/wire/http.ts';
import type { Account, ServerAddress } from './account.ts';
import { ask, ServerFault } from './account.ts';

const RUNG: ReadonlySet<DepartmentKind> = new Set(Object.values(RUNG_DEPARTMENT));

/** Everybody whom a ladder of the district can ring. Throws `ServerFault`. */
export async function readContacts(lead: Account, { departments }: Board): Promise<readonly Contact[]> {
  const contacts: Contact[] = [];
  for (const { id } of departments.filter(({ kind, isActive }) => isActive && RUNG.has(kind))) {
    const answer = await lead.get(`/api/contacts/${id}`, contactsAnswerSchema);
    if (!answer.ok) throw new ServerFault(`the contacts of ${id} were refused: ${answer.refusal.code}`);
    contacts.push(...answer.value.contacts);
  }
  return contacts;
}

/** The demo's own list of duty phones: which of them somebody has, and when they ring next. Throws `ServerFault`. */
export async function readDemoPhones(server: ServerAddress): Promise<DemoAccounts['phones']> {
  const demo = await ask(server, { path: '/api/demo' }, demoAccountsSchema);
  if (!demo.ok) throw new ServerFault(`the server plays no demo: ${demo.refusal.code}`);
  return demo.value.phones;
}

/** Crews whose duty phone is connected before the simulation has connected any: visitors hold them. */
export async function crewsHeldByVisitors(server: ServerAddress, lead: Account, board: Board): Promise<string[]> {
  const connected = new Set((await readDemoPhones(server)).flatMap((one) => (one.isConnected ? [one.contactId] : [])));
  if (connected.size === 0) return [];
  const contacts = await readContacts(lead, board);
  return contacts.flatMap(({ id, role, departmentId }) => (role === 'duty' && connected.has(id) ? [departmentId] : []));
}
