import type { Identity } from '@faultline/shared/access/access.ts';
import { assert, unreachable } from '@faultline/shared/assert.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import type { Place, Report } from '@faultline/shared/ticket/ticket.ts';
import type { Fix } from '@faultline/shared/vehicle/vehicle.ts';
import { travelTime } from '@faultline/shared/vehicle/vehicle.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { OpenBody, PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { calleeOf } from '../escalation/callee.ts';
import type { Directory } from '../organisation/directory.ts';

/** What the rules cannot know and a command has to bring along. */
export interface Facts {
  readonly directory: Directory;
  readonly isDepartmentConnected: (departmentId: string) => boolean;
  readonly positionOf: (vehicleId: string) => Fix | null;
}

export interface Surroundings {
  readonly district: string;
  /** The repair centre that holds the ticket; `null` before the issue. */
  readonly centreId: string | null;
  readonly place: Place;
  /** The browser that speaks; stands in the receipts of points declared by hand. */
  readonly deviceId: string;
  /** Who speaks. What he says for another office he has from the phone. */
  readonly speaker: Pick<Identity, 'role'>;
}

type Refused = { readonly code: RefusalCode; readonly [detail: string]: unknown };

type Entered = Extract<PersonalAction, { type: 'take' }>['entered'];

function claimOf(entered: Entered): TimeClaim {
  return entered ? { how: 'entered', ...entered } : { how: 'now', evidence: 'device-online' };
}

/**
 * The claim of a receipt or a point that is one office's own to report. Without a stated time the word of somebody else
 * is worth what was heard on the phone just now, and never the word of a device of that office. [T4]
 */
function claimFor(owner: 'centre-dispatcher' | 'crew', { speaker }: Surroundings, entered: Entered): TimeClaim {
  if (entered || speaker.role === owner) return claimOf(entered);
  return { how: 'now', evidence: 'declared-by-phone' };
}

/** A person's action with the facts of the moment. Unknown centres, crews, vehicles and contacts are refused here. */
export function toCommand(action: PersonalAction, around: Surroundings, facts: Facts): Outcome<TicketCommand, Refused> {
  switch (action.type) {
    case 'issue': {
      const { centreId } = action;
      if (!isActive(facts, around, centreId, 'repair-centre')) return refuse({ code: 'centre-unknown', centreId });
      const wasReceiverConnected = facts.isDepartmentConnected(centreId);
      return accept({ type: 'issue', centreId, wasReceiverConnected, time: claimOf(action.entered) });
    }
    case 'dispatch':
      return toDispatch(action, around, facts, claimOf(action.entered));
    case 'deliver-to-centre':
      return accept({
        type: action.type,
        issueNo: action.issueNo,
        deviceId: around.deviceId,
        time: claimFor('centre-dispatcher', around, action.entered),
      });
    case 'deliver-to-crew':
      return accept({
        type: action.type,
        legNo: action.legNo,
        deviceId: around.deviceId,
        time: claimFor('crew', around, action.entered),
      });
    case 'accept':
    case 'depart':
    case 'arrive':
    case 'clear':
    case 'confirm-recall':
      return accept({ type: action.type, legNo: action.legNo, time: claimFor('crew', around, action.entered) });
    case 'take':
    case 'close':
      return accept({ type: action.type, time: claimOf(action.entered) });
    case 'record':
      return accept({ type: action.type, record: action.record, time: claimOf(action.entered) });
    case 'record-call':
      return toRecordedCall(action, around, facts);
    case 'return':
    case 'recall':
    case 'cancel':
    case 'correct':
    case 'acknowledge-alarm':
    case 'hold-calls':
    case 'release-calls':
      return accept(action);
    default:
      return unreachable(action);
  }
}

function isActive(facts: Facts, around: Surroundings, id: string, kind: 'repair-centre' | 'crew'): boolean {
  const department = facts.directory.department(id);
  return department?.kind === kind && department.isActive && department.district === around.district;
}

function toDispatch(
  action: { readonly crewId: string; readonly vehicleId: string; readonly supportVehicleIds: readonly string[] },
  around: Surroundings,
  facts: Facts,
  time: TimeClaim,
): Outcome<TicketCommand, Refused> {
  const { crewId, vehicleId, supportVehicleIds } = action;
  if (!isActive(facts, around, crewId, 'crew')) return refuse({ code: 'crew-unknown', crewId });
  const supports = supportVehicleIds.filter((id) => id !== vehicleId);
  for (const id of [vehicleId, ...supports]) {
    const vehicle = facts.directory.vehicle(id);
    if (!vehicle?.isActive || vehicle.district !== around.district)
      return refuse({ code: 'vehicle-unknown', vehicleId: id });
    if (vehicle.duty === 'off-duty' && time.how === 'now') return refuse({ code: 'vehicle-off-duty', vehicleId: id });
  }
  if (facts.directory.vehicle(vehicleId)?.crewId !== crewId) return refuse({ code: 'vehicle-not-of-crew', vehicleId });
  const position = facts.positionOf(vehicleId);
  const centreSite = around.centreId === null ? null : facts.directory.department(around.centreId)?.site;
  return accept({
    type: 'dispatch',
    crewId,
    vehicleId,
    supportVehicleIds: supports,
    isCoLocated: centreSite === facts.directory.department(crewId)?.site,
    wasReceiverConnected: facts.isDepartmentConnected(crewId),
    travelMs: position && time.how === 'now' ? travelTime(position, around.place) : null,
    time,
  });
}

function toRecordedCall(
  action: Extract<PersonalAction, { type: 'record-call' }>,
  around: Surroundings,
  facts: Facts,
): Outcome<TicketCommand, Refused> {
  const { key, contactId, outcome, note } = action;
  const contact = facts.directory.contact(contactId);
  const department = contact && facts.directory.department(contact.departmentId);
  if (!contact || department?.district !== around.district) return refuse({ code: 'contact-unknown', contactId });
  const callee = calleeOf(contact, contact.role, null);
  return accept({ type: 'record-call', key, callee, outcome, note });
}

/** The opening and, for a ticket from paper, the way it has gone since, as one decision. [T7] */
export function toOpening(
  body: OpenBody,
  report: Report,
  around: Pick<Surroundings, 'district' | 'deviceId' | 'speaker'>,
  facts: Facts,
): Outcome<readonly TicketCommand[], Refused> {
  const commands: TicketCommand[] = [{ type: 'open', report, time: openingTime(body) }];
  let centreId: string | null = null;
  let legNo = 0;
  for (const step of body.paper?.steps ?? []) {
    const time: TimeClaim = { how: 'entered', at: step.at, evidence: 'entered-by-dispatcher' };
    const surroundings = { ...around, centreId, place: report.place };
    switch (step.point) {
      case 'B': {
        centreId = step.centreId;
        if (!isActive(facts, surroundings, centreId, 'repair-centre'))
          return refuse({ code: 'centre-unknown', centreId });
        // On paper no device of the receiver took part.
        commands.push({ type: 'issue', centreId, wasReceiverConnected: false, time });
        break;
      }
      case 'C':
        commands.push({ type: 'deliver-to-centre', issueNo: 1, deviceId: around.deviceId, time });
        break;
      case 'D': {
        const dispatch = toDispatch({ ...step, supportVehicleIds: [] }, surroundings, facts, time);
        if (!dispatch.ok) return dispatch;
        assert(dispatch.value.type === 'dispatch', 'a dispatch was asked for');
        legNo += 1;
        commands.push({ ...dispatch.value, wasReceiverConnected: false });
        break;
      }
      case 'E':
        commands.push({ type: 'deliver-to-crew', legNo, deviceId: around.deviceId, time });
        break;
      case 'F':
      case 'G':
      case 'H':
        commands.push({ type: COMMAND_OF[step.point], legNo, time });
        break;
      default:
        return unreachable(step);
    }
  }
  return accept(commands);
}

const COMMAND_OF = { F: 'accept', G: 'depart', H: 'arrive' } as const;

function openingTime(body: OpenBody): TimeClaim {
  if (body.paper) return { how: 'entered', at: body.paper.at, evidence: 'entered-by-dispatcher' };
  if (body.callEndedAt === undefined) return { how: 'now', evidence: 'device-online' };
  // An agent states it by a button or by hand; `telephony` is the grade of a telephone system's own word. [T4]
  return { how: 'entered', at: body.callEndedAt, evidence: 'entered-by-dispatcher' };
}
