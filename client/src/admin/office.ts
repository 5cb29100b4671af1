import type { Contact, Department, Trade, User, Vehicle, Wall } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';
import { pronunciationsAnswerSchema, rosterAnswerSchema } from '@faultline/shared/wire/escalation.ts';
import {
  contactsAnswerSchema,
  departmentsAnswerSchema,
  policiesAnswerSchema,
  tradesAnswerSchema,
  usersAnswerSchema,
  vehiclesAnswerSchema,
  wallsAnswerSchema,
} from '@faultline/shared/wire/http.ts';
import { create } from 'zustand';
import { get } from '../live/api.ts';

/** Everything an administrator keeps, as the server has it. */
export interface Office {
  readonly departments: readonly Department[];
  readonly trades: readonly Trade[];
  readonly vehicles: readonly Vehicle[];
  /** When a vehicle's device was paired, by the vehicle's id; a vehicle without a living device is not in it. */
  readonly pairedAt: Readonly<Record<string, Instant>>;
  readonly contacts: readonly Contact[];
  readonly roster: readonly RosterEntry[];
  readonly users: readonly User[];
  readonly walls: readonly Wall[];
  readonly policies: readonly Policy[];
  readonly pronunciations: readonly Pronunciation[];
  /** Whether the server can speak, so that a person can listen. */
  readonly isSpeechInstalled: boolean;
}

interface OfficeState {
  readonly office: Office | null;
  /** Why the last reading failed; what was read before stays. */
  readonly refusal: WireRefusal | null;
}

export const useOffice = create<OfficeState>(() => ({ office: null, refusal: null }));

let readings = 0;

/** Reads all lists; only the newest reading counts, because an older one may have been overtaken by a change. */
export async function readOffice(): Promise<void> {
  readings += 1;
  const reading = readings;
  const [departments, trades, vehicles, contacts, roster, users, walls, policies, speech] = await Promise.all([
    get('/api/organisation/departments', departmentsAnswerSchema),
    get('/api/organisation/trades', tradesAnswerSchema),
    get('/api/organisation/vehicles', vehiclesAnswerSchema),
    get('/api/organisation/contacts', contactsAnswerSchema),
    get('/api/organisation/roster', rosterAnswerSchema),
    get('/api/organisation/users', usersAnswerSchema),
    get('/api/organisation/walls', wallsAnswerSchema),
    get('/api/organisation/policies', policiesAnswerSchema),
    get('/api/organisation/pronunciations', pronunciationsAnswerSchema),
  ]);
  if (reading !== readings) return;
  if (!departments.ok) return useOffice.setState({ refusal: departments.refusal });
  if (!trades.ok) return useOffice.setState({ refusal: trades.refusal });
  if (!vehicles.ok) return useOffice.setState({ refusal: vehicles.refusal });
  if (!contacts.ok) return useOffice.setState({ refusal: contacts.refusal });
  if (!roster.ok) return useOffice.setState({ refusal: roster.refusal });
  if (!users.ok) return useOffice.setState({ refusal: users.refusal });
  if (!walls.ok) return useOffice.setState({ refusal: walls.refusal });
  if (!policies.ok) return useOffice.setState({ refusal: policies.refusal });
  if (!speech.ok) return useOffice.setState({ refusal: speech.refusal });
  const office: Office = {
    departments: departments.value.departments,
    trades: trades.value.trades,
    vehicles: vehicles.value.vehicles,
    pairedAt: vehicles.value.pairedAt,
    contacts: contacts.value.contacts,
    roster: roster.value.entries,
    users: users.value.users,
    walls: walls.value.walls,
    policies: policies.value.policies,
    pronunciations: speech.value.pronunciations,
    isSpeechInstalled: speech.value.isSpeechInstalled,
  };
  useOffice.setState({ office, refusal: null });
}
