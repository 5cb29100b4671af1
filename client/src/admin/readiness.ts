import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import type {
  BilingualName,
  Contact,
  ContactRole,
  Department,
  UserRole,
} from '@faultline/shared/organisation/organisation.ts';
import type { Office } from './office.ts';
import type { Section } from './sections.ts';

/** Whom every department needs; that a vehicle has a phone of its own is not expected. */
const NEEDED_ROLES: readonly ContactRole[] = ['duty', 'chief-1', 'chief-2'];

export interface ContactGap {
  readonly department: Department;
  /** Nobody stands under these: the ladder has a hole there. [E1] */
  readonly roles: readonly ContactRole[];
}

/** Departments in service whose ladder is not complete. */
export function contactGaps({ departments, contacts }: Pick<Office, 'departments' | 'contacts'>): ContactGap[] {
  return departments
    .filter(({ isActive }) => isActive)
    .map((department) => ({ department, roles: missingRoles(department, contacts) }))
    .filter(({ roles }) => roles.length > 0);
}

export function missingRoles(department: Department, contacts: readonly Contact[]): ContactRole[] {
  return NEEDED_ROLES.filter(
    (role) => !contacts.some((contact) => contact.departmentId === department.id && contact.role === role),
  );
}

/** Where a finding is mended. */
export function sectionOfFinding({ kind }: Finding): Section {
  switch (kind) {
    case 'gap':
      return 'roster';
    case 'line-down':
      return 'lines';
    case 'no-contact':
    case 'no-number':
    case 'no-line':
    case 'not-reached':
      return 'contacts';
  }
}

/** How many findings wait in each section; a hole in the contacts is counted there and nowhere else. */
export function findingMarks(office: Office, findings: readonly Finding[]): Partial<Record<Section, number>> {
  const count = (section: Section): number =>
    findings.filter((finding) => finding.kind !== 'no-contact' && sectionOfFinding(finding) === section).length;
  const missing = readinessOf(office).filter(({ isDone }) => !isDone).length;
  return {
    overview: missing + findings.filter(({ kind }) => kind !== 'no-contact').length,
    contacts: contactGaps(office).length + count('contacts'),
    roster: count('roster'),
    lines: count('lines'),
  };
}

/** What a ticket needs on its way from the call to a vehicle, in the order in which it is set up. */
const STEPS = [
  'service-centre',
  'repair-centre',
  'crew',
  'lead',
  'dispatcher',
  'vehicle',
  'device',
  'on-duty',
  'contacts',
] as const;
export type Step = (typeof STEPS)[number];

export interface StepState {
  readonly step: Step;
  /** Where it is done; `null` is done on the vehicle itself. */
  readonly section: Section | null;
  readonly isDone: boolean;
  /** The departments that lack it, where it concerns each of them. */
  readonly lacking: readonly BilingualName[];
}

/** What is still missing before the first ticket can be dispatched. */
export function readinessOf(office: Office): readonly StepState[] {
  const active = office.departments.filter(({ isActive }) => isActive);
  const ofKind = (kind: Department['kind']): Department[] => active.filter((department) => department.kind === kind);
  const hasStaff = (role: UserRole, department: Department): boolean =>
    office.users.some((user) => user.isActive && user.role === role && user.departmentId === department.id);
  const crewIds = new Set(ofKind('crew').map(({ id }) => id));
  const vehicles = office.vehicles.filter(({ isActive, crewId }) => isActive && crewIds.has(crewId));
  const paired = vehicles.filter(({ id }) => office.pairedAt[id] !== undefined);
  const centres = ofKind('repair-centre');
  const withoutDispatcher = centres.filter((centre) => !hasStaff('centre-dispatcher', centre));
  const gaps = contactGaps(office).map(({ department }) => department);
  const step = (name: Step, section: Section | null, isDone: boolean, lacking: readonly Department[] = []) => ({
    step: name,
    section,
    isDone,
    lacking: lacking.map((department) => department.name),
  });
  return [
    step('service-centre', 'departments', ofKind('service-centre').length > 0),
    step('repair-centre', 'departments', centres.length > 0),
    step('crew', 'departments', crewIds.size > 0),
    step(
      'lead',
      'users',
      ofKind('service-centre').some((centre) => hasStaff('lead', centre)),
    ),
    step('dispatcher', 'users', centres.length > 0 && withoutDispatcher.length === 0, withoutDispatcher),
    step('vehicle', 'vehicles', vehicles.length > 0),
    step('device', 'vehicles', paired.length > 0),
    step(
      'on-duty',
      null,
      paired.some(({ duty }) => duty === 'on-duty'),
    ),
    step('contacts', 'contacts', active.length > 0 && gaps.length === 0, gaps),
  ];
}
