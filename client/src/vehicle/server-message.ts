import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import { REFUSAL_CODES } from '@faultline/shared/wire/errors.ts';
import { callerSchema, ticketSchema } from '@faultline/shared/wire/ticket.ts';
import type { ServerToVehicle, VehicleLeg } from '@faultline/shared/wire/vehicle.ts';

/** Reads one frame of the server; `null` for what this page cannot read, which a newer server says. */
export function readServerMessage(frame: unknown): ServerToVehicle | null {
  if (typeof frame !== 'string') return null;
  let content: unknown;
  try {
    content = JSON.parse(frame);
  } catch {
    return null;
  }
  return isObject(content) ? readMessage(content) : null;
}

type Fields = Readonly<Record<string, unknown>>;

function readMessage(content: Fields): ServerToVehicle | null {
  switch (content['type']) {
    case 'welcome':
      return readWelcome(content);
    case 'leg': {
      const leg = readLeg(content['leg']);
      return leg && { type: 'leg', leg };
    }
    case 'clock': {
      const [t, now] = [content['t'], content['now']];
      return typeof t === 'number' && typeof now === 'number' ? { type: 'clock', t, now } : null;
    }
    case 'answer':
      return readAnswer(content);
    case 'malformed':
      return { type: 'malformed', detail: String(content['detail']) };
    default:
      return null;
  }
}

function readWelcome({ now, vehicle, crewName, legs }: Fields): ServerToVehicle | null {
  if (typeof now !== 'number' || !isObject(vehicle) || !isObject(crewName) || !Array.isArray(legs)) return null;
  const { id, callSign, plate, duty } = vehicle;
  const { zh, en } = crewName;
  if (!isText(id) || !isText(callSign) || !isText(plate) || !isText(duty) || !isText(zh) || !isText(en)) return null;
  const read = legs.map(readLeg);
  if (read.includes(null)) return null;
  const known = read.filter((leg) => leg !== null);
  return { type: 'welcome', now, vehicle: { id, callSign, plate, duty }, crewName: { zh, en }, legs: known };
}

/** Also what a device reads back from its own store: an older page may have written it. */
export function readLeg(content: unknown): VehicleLeg | null {
  if (!isObject(content)) return null;
  const { legNo, promiseDue } = content;
  const ticket = ticketSchema.safeParse(content['ticket']);
  const caller = callerSchema.nullable().safeParse(content['caller']);
  if (!ticket.success || !caller.success || typeof legNo !== 'number' || typeof promiseDue !== 'number') return null;
  const hasLeg = ticket.data.legs.some(({ no }) => no === legNo);
  return hasLeg ? { ticket: ticket.data, legNo, caller: caller.data, promiseDue } : null;
}

function readAnswer({ id, ok, refusal }: Fields): ServerToVehicle | null {
  if (!isText(id)) return null;
  if (ok === true) return { type: 'answer', id, ok };
  if (!isObject(refusal)) return null;
  const { code } = refusal;
  return ok === false && isRefusalCode(code) ? { type: 'answer', id, ok, refusal: { code } } : null;
}

export function isRefusalCode(code: unknown): code is RefusalCode {
  return REFUSAL_CODES.some((known) => known === code);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
