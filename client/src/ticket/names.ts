import type { BilingualName, ContactRole } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import type { Party } from '@faultline/shared/ticket/points.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { isLineDetail } from '../text/use-line-detail.ts';

/** Who and what an id stands for, in the language of the page. An id that nobody knows any more is shown as it is. */
export interface Names {
  readonly of: (name: BilingualName) => string;
  readonly department: (id: string) => string;
  readonly vehicle: (id: string) => string;
  readonly party: (party: Party | null) => string;
  readonly actor: (actor: Actor) => string;
  /** The place of a called person on the duty list. */
  readonly contactRole: (role: string) => string;
  /** A way to ring somebody; a site's own line is shown by its id. */
  readonly line: (id: string) => string;
  /** Why a call ended, behind its outcome: a word of ours, what happened to the ticket, or the provider's own code. */
  readonly callCode: (code: string) => string;
}

const NOBODY: Readonly<Record<string, string>> = {};

/** @param people the names behind the ids of persons, where the page has asked for them. */
export function useNames(people: Readonly<Record<string, string>> = NOBODY): Names {
  const { t, i18n } = useTranslation('words');
  const departments = useBoard((state) => state.departments);
  const vehicles = useBoard((state) => state.vehicles);
  const me = useBoard((state) => state.session?.user ?? null);
  return useMemo(() => {
    const isEnglish = i18n.language === 'en';
    const of = (name: BilingualName): string => (isEnglish ? name.en : name.zh);
    const department = (id: string): string => {
      const known = departments.get(id);
      return known ? of(known.name) : id;
    };
    const vehicle = (id: string): string => {
      const known = vehicles.find((candidate) => candidate.id === id);
      return known ? `${known.callSign} ${known.plate}` : id;
    };
    const party = (owner: Party | null): string => {
      if (owner === null) return t('promise.undetermined');
      if (owner.kind === 'network') return t(`networkTowards.${owner.towards}`);
      if (owner.kind === 'service-centre') return t('party.service-centre');
      const office = department(owner.departmentId);
      return owner.kind === 'repair-centre' ? office : `${office} · ${t(`party.${owner.kind}`)}`;
    };
    const actor = (by: Actor): string => {
      if (by.kind === 'system') return t('actor.system');
      const office = by.departmentId === null ? null : department(by.departmentId);
      if (by.kind === 'device')
        return [vehicles.some(({ id }) => id === by.id) ? vehicle(by.id) : t('actor.device'), office]
          .filter(Boolean)
          .join(' · ');
      // A contact's own name says already whose phone it is.
      if (by.kind === 'phone') return [t('actor.phone'), people[by.id] ?? office].filter(Boolean).join(' · ');
      const name = people[by.id] ?? (me?.id === by.id ? me.name : roleOf(by.role));
      return office ? `${name} · ${office}` : name;
    };
    const contactRole = (role: string): string => (isContactRole(role) ? t(`contactRole.${role}`) : role);
    const line = (id: string): string => (isKnownLine(id) ? t(`line.${id}`) : id);
    const callCode = (code: string): string => {
      if (isOwnCode(code)) return t(`callCode.${code}`);
      if (isLineDetail(code)) return t(`lineDetail.${code}`);
      return isEvent(code) ? t('callStopped', { event: t(`event.${code}`) }) : t('callCodeOf', { code });
    };
    const roleOf = (role: string): string => (isRole(role) ? t(`role.${role}`) : role);
    return { of, department, vehicle, party, actor, contactRole, line, callCode };
  }, [departments, vehicles, me, people, t, i18n.language]);
}

const ROLES = ['agent', 'lead', 'centre-dispatcher', 'crew', 'vehicle', 'supervisor', 'admin', 'wall'] as const;

function isRole(role: string): role is (typeof ROLES)[number] {
  return ROLES.some((known) => known === role);
}

function isContactRole(role: string): role is ContactRole {
  return CONTACT_ROLES.some((known) => known === role);
}

const LINES = ['console', 'sip', 'webhook', 'manual'] as const;

function isKnownLine(id: string): id is (typeof LINES)[number] {
  return LINES.some((known) => known === id);
}

/** Codes that the engine and our own lines give; a provider's are shown as they are. */
const OWN_CODES = [
  'taken-over',
  'acknowledged',
  'line-free',
  'restart',
  'line-gone',
  'not-written',
  'not-shown',
  'no-device',
  'number-not-allowed',
] as const;

function isOwnCode(code: string): code is (typeof OWN_CODES)[number] {
  return OWN_CODES.some((known) => known === code);
}

/** Steps of a ticket that end a hop, and with it its calls. */
const HOP_ENDS = [
  'taken',
  'dispatched',
  'accepted',
  'departed',
  'arrived',
  'cleared',
  'returned',
  'recalled',
  'cancelled',
  'closed',
] as const;

function isEvent(code: string): code is (typeof HOP_ENDS)[number] {
  return HOP_ENDS.some((known) => known === code);
}
