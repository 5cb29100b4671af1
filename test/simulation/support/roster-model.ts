import type { Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';

/** Whom a role means at a moment; an empty phone is a number that nobody has entered. */
export interface Person {
  readonly contactId: string;
  readonly phone: string;
}

/**
 * The people of a district with everything that makes a roster hard: shifts, somebody who is a duty phone here and a
 * chief there, a chief without a number, an hour without anybody, a vehicle without a phone.
 */
export function personOf(
  { departmentId, role, vehicleId }: { departmentId: string; role: string; vehicleId: string | null },
  now: Instant,
): Person | null {
  const isOddHour = Math.floor(now / (30 * MINUTE)) % 2 > 0;
  switch (`${departmentId} ${role}`) {
    case 'centre-1 duty':
      return { contactId: 'centre-1-duty', phone: '101' };
    case 'centre-1 chief-1':
      return { contactId: 'centre-1-chief-1', phone: '102' };
    case 'centre-1 chief-2':
      return { contactId: 'centre-1-chief-2', phone: '103' };
    case 'crew-1 duty':
      return isOddHour ? { contactId: 'crew-1-a', phone: '111' } : { contactId: 'crew-1-b', phone: '112' };
    case 'crew-1 chief-1':
      return { contactId: 'crew-1-chief-1', phone: '113' };
    case 'crew-1 chief-2':
      return Math.floor(now / HOUR) % 3 === 0 ? null : { contactId: 'crew-1-chief-2', phone: '114' };
    case 'crew-2 duty':
      return { contactId: 'crew-2-duty', phone: '113' };
    case 'crew-2 chief-1':
      return { contactId: 'crew-2-chief-1', phone: '' };
    case 'crew-2 chief-2':
      return { contactId: 'crew-2-chief-2', phone: '123' };
    case 'crew-1 vehicle':
      return vehicleId === 'vehicle-1' ? { contactId: 'vehicle-1', phone: '201' } : null;
    default:
      return null;
  }
}
