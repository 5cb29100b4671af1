import type { DemoAccounts } from '@faultline/shared/wire/http.ts';
import { demoAccountsSchema } from '@faultline/shared/wire/http.ts';
import type { Account, ServerAddress } from './account.ts';
import { ask, openAccount, ServerFault } from './account.ts';

/** Everybody of the service who sits in an office, signed in. */
export interface Desks {
  readonly agent: Account;
  readonly lead: Account;
  readonly centres: ReadonlyMap<string, Account>;
  /** Not every crew needs to have an office; its vehicles then accept themselves. */
  readonly crews: ReadonlyMap<string, Account>;
}

/** Signs in each demo account that takes part in a ticket's way. Throws `ServerFault`. */
export async function openDesks(server: ServerAddress): Promise<Desks> {
  const demo = await ask(server, { path: '/api/demo' }, demoAccountsSchema);
  if (!demo.ok) throw new ServerFault(`the server plays no demo: ${demo.refusal.code}`);
  const { accounts } = demo.value;
  return {
    agent: await openFirst(server, accounts, 'agent'),
    lead: await openFirst(server, accounts, 'lead'),
    centres: await openAll(server, accounts, 'centre-dispatcher'),
    crews: await openAll(server, accounts, 'crew'),
  };
}

type DemoAccount = DemoAccounts['accounts'][number];

async function openFirst(
  server: ServerAddress,
  accounts: readonly DemoAccount[],
  role: DemoAccount['role'],
): Promise<Account> {
  const account = accounts.find((candidate) => candidate.role === role);
  if (account === undefined) throw new ServerFault(`the demo has no account of the role ${role}`);
  return openAccount(server, account.login);
}

/** By the department that the account belongs to. */
async function openAll(
  server: ServerAddress,
  accounts: readonly DemoAccount[],
  role: DemoAccount['role'],
): Promise<Map<string, Account>> {
  const opened = new Map<string, Account>();
  for (const { login } of accounts.filter((candidate) => candidate.role === role)) {
    const account = await openAccount(server, login);
    const { departmentId } = account.session().user;
    if (departmentId !== null) opened.set(departmentId, account);
  }
  return opened;
}
