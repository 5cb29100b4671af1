import type { Department, UserRole } from '../organisation/organisation.ts';
import type { TicketCommandType } from '../ticket/command.ts';
import type { FeedbackKind } from '../ticket/policy.ts';
import type { Feedback, Ticket } from '../ticket/ticket.ts';
import { isOpen, openIssue, openLeg } from '../ticket/ticket.ts';

/** Everything a signed-in person or device can ask for that is not a command on one ticket. */
export const ACTIONS = [
  'session.read',
  'board.read',
  'live.read',
  'ticket.open',
  'ticket.read',
  'ticket.search',
  'caller.read',
  'contact.read',
  'late-hops.read',
  'track.read',
  'journal.check',
  'organisation.read',
  'organisation.write',
  'user.write',
  'policy.write',
  'vehicle.enrol',
  'vehicle.duty',
  'wall.pair',
  'phone.pair',
  'phone.test',
  'escalation.read',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Commands a person may give; receipts of devices and the clock's own are not among them. */
export const PERSONAL_COMMANDS = [
  'issue',
  'take',
  'dispatch',
  'deliver-to-centre',
  'deliver-to-crew',
  'accept',
  'depart',
  'arrive',
  'clear',
  'record',
  'close',
  'return',
  'recall',
  'cancel',
  'confirm-recall',
  'correct',
  'record-call',
  'hold-calls',
  'release-calls',
  'acknowledge-alarm',
] as const satisfies readonly TicketCommandType[];
export type PersonalCommand = (typeof PERSONAL_COMMANDS)[number];

/** A vehicle and a paired duty phone have tokens of their own: the one speaks for its legs, the other answers calls. */
export type Role = UserRole | 'vehicle' | 'phone';

const EVERYBODY = ['agent', 'lead', 'centre-dispatcher', 'crew', 'supervisor', 'admin', 'wall'] as const;
const AT_A_DESK = ['agent', 'lead', 'centre-dispatcher', 'crew', 'supervisor', 'admin'] as const;

/** Who may ask for what. A role that is not named has no right: there is no default. */
const ACTION_ROLES: Readonly<Record<Action, readonly Role[]>> = {
  'session.read': EVERYBODY,
  'board.read': EVERYBODY,
  'live.read': EVERYBODY,
  'ticket.open': ['agent', 'lead', 'centre-dispatcher'],
  'ticket.read': AT_A_DESK,
  'ticket.search': ['agent', 'lead', 'centre-dispatcher', 'supervisor'],
  'caller.read': ['agent', 'lead', 'centre-dispatcher', 'crew'],
  'contact.read': ['agent', 'lead', 'centre-dispatcher', 'admin'],
  'late-hops.read': ['lead', 'centre-dispatcher', 'supervisor'],
  'track.read': ['lead', 'centre-dispatcher', 'supervisor', 'admin'],
  'journal.check': ['supervisor', 'admin'],
  'organisation.read': AT_A_DESK,
  'organisation.write': ['admin'],
  'user.write': ['admin'],
  'policy.write': ['admin'],
  'vehicle.enrol': ['admin'],
  'vehicle.duty': ['centre-dispatcher', 'crew'],
  'wall.pair': ['admin'],
  'phone.pair': ['admin'],
  'phone.test': ['lead', 'centre-dispatcher', 'admin'],
  'escalation.read': EVERYBODY,
};

/** Who may give which command, the relation to the ticket aside. */
export const COMMAND_ROLES: Readonly<Record<PersonalCommand, readonly Role[]>> = {
  issue: ['lead'],
  take: ['centre-dispatcher'],
  dispatch: ['centre-dispatcher'],
  'deliver-to-centre': ['centre-dispatcher', 'lead'],
  'deliver-to-crew': ['centre-dispatcher', 'crew'],
  accept: ['crew', 'centre-dispatcher'],
  depart: ['crew', 'centre-dispatcher'],
  arrive: ['crew', 'centre-dispatcher'],
  clear: ['crew', 'centre-dispatcher'],
  record: ['crew', 'centre-dispatcher'],
  close: ['agent', 'lead'],
  return: ['centre-dispatcher', 'crew'],
  recall: ['lead', 'centre-dispatcher'],
  cancel: ['lead', 'agent'],
  'confirm-recall': ['crew', 'centre-dispatcher'],
  correct: ['supervisor', 'lead'],
  'record-call': ['agent', 'lead', 'centre-dispatcher'],
  'hold-calls': ['agent', 'lead', 'centre-dispatcher'],
  'release-calls': ['agent', 'lead', 'centre-dispatcher'],
  'acknowledge-alarm': ['agent', 'lead', 'centre-dispatcher', 'crew'],
};

export function can(role: Role, action: Action): boolean {
  return ACTION_ROLES[action].includes(role);
}

export interface Identity {
  readonly role: Role;
  readonly departmentId: string | null;
}

/** Fail-closed: a role and, for the offices, the ticket must lie with that office. The district is checked before. */
export function mayCommand(identity: Identity, command: PersonalCommand, ticket: Ticket): boolean {
  return COMMAND_ROLES[command].includes(identity.role) && isOnItsWay(identity, command, ticket);
}

/** A centre acts on what was issued to it, a crew on what was dispatched to it; the service centre on all. */
function isOnItsWay({ role, departmentId }: Identity, command: PersonalCommand, ticket: Ticket): boolean {
  if (role === 'centre-dispatcher') {
    if (command === 'confirm-recall') return ticket.issues.some((issue) => issue.centreId === departmentId);
    return openIssue(ticket)?.centreId === departmentId;
  }
  if (role === 'crew') {
    if (command === 'confirm-recall') return ticket.legs.some((leg) => leg.crewId === departmentId);
    return openLeg(ticket)?.crewId === departmentId;
  }
  // An agent takes back his own slip, as long as nobody has begun to act on it.
  if (role === 'agent' && command === 'cancel') return ticket.issues.length === 0;
  return true;
}

/**
 * Which tickets somebody sees: a crew and its vehicles those that were ever dispatched to it, everybody else all of the
 * district. A repair centre sees those of the others too: they share the vehicles, and a ticket may come to it next.
 * What of a ticket he sees is `redactTicket`'s business, the caller behind it `mayReadCaller`'s.
 */
export function maySee({ role, departmentId }: Identity, ticket: Ticket): boolean {
  if (role === 'phone') return false;
  if (role === 'crew' || role === 'vehicle') return ticket.legs.some((leg) => leg.crewId === departmentId);
  return true;
}

/** The caller is for who talks to him, the service centre, and for the offices that hold the ticket now. [D3] */
export function mayReadCaller({ role, departmentId }: Identity, ticket: Ticket): boolean {
  switch (role) {
    case 'agent':
    case 'lead':
      return true;
    case 'centre-dispatcher':
      return isOpen(ticket) && openIssue(ticket)?.centreId === departmentId;
    case 'crew':
      return isOpen(ticket) && openLeg(ticket)?.crewId === departmentId;
    default:
      return false;
  }
}

const ABOUT_THE_CENTRE: ReadonlySet<FeedbackKind> = new Set(['centre-not-taken', 'centre-not-dispatched']);

/** A call is the sender's business: the service centre's, and that of the centre that sent the ticket to a crew. [E1] */
export function mayReadCallTask(
  { role, departmentId }: Identity,
  ticket: Ticket,
  { kind, issueNo }: Pick<Feedback, 'kind' | 'issueNo'>,
): boolean {
  if (role === 'agent' || role === 'lead') return true;
  if (role !== 'centre-dispatcher' || ABOUT_THE_CENTRE.has(kind)) return false;
  return ticket.issues.find(({ no }) => no === issueNo)?.centreId === departmentId;
}

/** Whose full numbers somebody reads. A repair centre rings its own people and crews; other centres are not its to ring. */
export function mayReadContactsOf(
  { role, departmentId }: Identity,
  department: Pick<Department, 'id' | 'kind'>,
): boolean {
  if (!can(role, 'contact.read')) return false;
  return role !== 'centre-dispatcher' || department.kind === 'crew' || department.id === departmentId;
}
