import type { District, User } from '@faultline/shared/organisation/organisation.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { FirstRunBody } from '@faultline/shared/wire/http.ts';
import type { Passwords } from '../access/password.ts';
import type { Random } from '../access/tokens.ts';
import { isSameSecret, makeCode, makeId, normalCode } from '../access/tokens.ts';
import type { OrganisationStore } from '../store/organisation-store.ts';
import { StoreMismatchFault } from '../store/store.ts';
import type { Directory } from './directory.ts';
import type { Organisation, OrganisationRefusal } from './organisation.ts';

export interface FirstRun {
  /** Printed on the server's terminal; `null` when the database has been put to work already. */
  readonly code: string | null;
  isNeeded(): boolean;
  /** Creates the district, its first policy and its administrator, once. */
  create(body: FirstRunBody): Promise<Outcome<User, OrganisationRefusal>>;
}

/** The code lives as long as the process: a server that is started again prints another one. */
export function createFirstRun(parts: {
  readonly directory: Directory;
  readonly organisation: Organisation;
  readonly passwords: Passwords;
  readonly random: Random;
}): FirstRun {
  const { directory, organisation, passwords, random } = parts;
  const isNeeded = (): boolean => directory.districts().length === 0;
  const code = isNeeded() ? makeCode(random) : null;
  return {
    code,
    isNeeded,
    async create(body) {
      if (!isNeeded() || code === null) return refuse({ code: 'code-used' });
      if (!isSameSecret(normalCode(body.code), normalCode(code))) return refuse({ code: 'code-unknown' });
      if (!isTimeZone(body.timeZone)) return refuse({ code: 'malformed', path: '/timeZone' });
      const passwordHash = await passwords.hash(body.password);
      if (passwordHash === null) return refuse({ code: 'busy' });
      const id = makeId(random);
      const { districtName: name, timeZone, bounds, login } = body;
      const district: District = { id, name, timeZone, bounds };
      const user: User = {
        id: makeId(random),
        district: id,
        login,
        name: body.name,
        role: 'admin',
        departmentId: null,
        isActive: true,
      };
      return organisation.change({ district: id, actor: { kind: 'system' } }, () => {
        if (!isNeeded()) return refuse({ code: 'code-used' });
        return accept({
          change: { what: 'user', id: user.id, how: 'added' },
          writes: [
            { row: 'setting', key: PURPOSE, value: 'service' },
            { row: 'district', district },
            { row: 'policy', district: id, policy: FIRST_POLICY },
            { row: 'user', user, passwordHash, endSessionsAt: null },
          ],
          value: user,
        });
      });
    },
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

/** What a database is for; once it is said it never changes. */
export const PURPOSE = 'purpose';

/**
 * A demo's invented tickets must never be taken for work, nor work be mixed with invented tickets.
 * @throws StoreMismatchFault when the database was made for the other purpose.
 */
export async function checkPurpose(store: OrganisationStore, mode: 'demo' | 'serve'): Promise<void> {
  const purpose = await store.setting(PURPOSE);
  if (mode === 'serve' && purpose === 'demo') {
    throw new StoreMismatchFault(
      'this database holds the demo with its invented tickets and open accounts: set DATA_DIR to another folder',
    );
  }
  if (mode === 'demo' && purpose === 'service') {
    throw new StoreMismatchFault(
      'this database is in service, and the demo would fill it with invented tickets: set DATA_DIR to another folder',
    );
  }
}
