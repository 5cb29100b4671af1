import type { Instant } from '../time.ts';

/** A name in both languages of the product; Chinese is the first. */
export interface BilingualName {
  readonly zh: string;
  readonly en: string;
}

export interface District {
  readonly id: string;
  readonly name: BilingualName;
  /** IANA zone; clocks on its screens show this zone's time. */
  readonly timeZone: string;
  /** WGS-84 corners of the map's first view: west, south, east, north. */
  readonly bounds: readonly [number, number, number, number];
}

export const DEPARTMENT_KINDS = ['service-centre', 'repair-centre', 'crew'] as const;
export type DepartmentKind = (typeof DEPARTMENT_KINDS)[number];

/** The four kinds of crew of the routing table: what they are responsible for differs. [S1] */
export const CREW_KINDS = [
  'city-supply-station',
  'suburban-station',
  'community-service-station',
  'emergency-repair-squad',
] as const;
export type CrewKind = (typeof CREW_KINDS)[number];

/** An office that takes part in a ticket's way; each keeps a duty phone and two chiefs. */
export interface Department {
  readonly id: string;
  readonly district: string;
  readonly kind: DepartmentKind;
  readonly name: BilingualName;
  /** Crews only. */
  readonly crewKind: CrewKind | null;
  /** The repair centre a crew usually works for; `null` for the others. */
  readonly centreId: string | null;
  /** Departments of the same site share an office: the hop between them has the shorter budget. */
  readonly site: string;
  /** Names of the areas it serves. */
  readonly areas: readonly string[];
  readonly isActive: boolean;
}

export interface Trade {
  readonly id: string;
  readonly name: BilingualName;
}

export const VEHICLE_DUTIES = ['on-duty', 'paused', 'off-duty'] as const;
export type VehicleDuty = (typeof VEHICLE_DUTIES)[number];

export interface Vehicle {
  readonly id: string;
  readonly district: string;
  /** A small number that stands for the vehicle in position frames; dense within its district, never given twice. */
  readonly index: number;
  readonly crewId: string;
  readonly callSign: string;
  readonly plate: string;
  readonly tradeIds: readonly string[];
  readonly duty: VehicleDuty;
  readonly isActive: boolean;
}

export const CONTACT_ROLES = ['duty', 'chief-1', 'chief-2', 'vehicle'] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

/** Who is phoned when a hop of this department lies still. A department may have several for one role: see the roster. [E1] */
export interface Contact {
  readonly id: string;
  readonly departmentId: string;
  readonly role: ContactRole;
  /** The vehicle whose phone this is; set for the role `vehicle` and no other. */
  readonly vehicleId: string | null;
  readonly name: string;
  /** A dial string as `isPhone` knows it; empty as long as nobody has entered one. */
  readonly phone: string;
  readonly language: 'zh' | 'en';
}

export interface User {
  readonly id: string;
  readonly district: string;
  readonly login: string;
  readonly name: string;
  readonly role: UserRole;
  readonly departmentId: string | null;
  readonly isActive: boolean;
}

export const USER_ROLES = ['agent', 'lead', 'centre-dispatcher', 'crew', 'supervisor', 'admin', 'wall'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A paired wall screen: a device with a revocable token and the `wall` role. */
export interface Wall {
  readonly id: string;
  readonly district: string;
  readonly name: string;
  readonly pairedAt: Instant | null;
  readonly isRevoked: boolean;
}

/** Digits with an optional leading +, and an extension behind `,` (a pause) or `;ext=`; nothing else is ever dialled. */
const PHONE = /^\+?\d{3,20}(?:(?:,{1,3}|;ext=)\d{1,8})?$/;

export function isPhone(text: string): boolean {
  return PHONE.test(text);
}

/** The middle is hidden wherever the viewer has no right to the whole number: `13800001234` → `138****1234`. */
export function maskPhone(phone: string): string {
  if (phone.length < 8) return '*'.repeat(phone.length);
  return `${phone.slice(0, 3)}${'*'.repeat(phone.length - 7)}${phone.slice(-4)}`;
}
