import type { Point } from '@faultline/shared/ticket/points.ts';
import { POINTS } from '@faultline/shared/ticket/points.ts';
import type { AreaClass } from '@faultline/shared/ticket/policy.ts';
import { AREA_CLASSES } from '@faultline/shared/ticket/policy.ts';
import { OLDEST_ENTRY } from '@faultline/shared/ticket/stamps.ts';
import type { FaultClass, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { FAULT_CLASSES } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { distanceM } from '@faultline/shared/vehicle/vehicle.ts';
import type { OpenBody } from '@faultline/shared/wire/ticket.ts';

export type PaperPoint = Exclude<Point, 'A'>;
export const PAPER_POINTS = POINTS.filter((point) => point !== 'A');

/** What an agent has typed so far. Everything may be missing; nothing of it is lost by a reload. */
export interface IntakeDraft {
  readonly position: { readonly lon: number; readonly lat: number } | null;
  readonly street: string;
  /** Whether a person wrote the street; a look-up then leaves it alone. */
  readonly isStreetTyped: boolean;
  readonly area: string;
  readonly areaClass: AreaClass;
  readonly address: string;
  readonly callerName: string;
  readonly callerPhone: string;
  readonly note: string;
  readonly faultClass: FaultClass;
  readonly faultText: string;
  readonly callEndedAt: Instant | null;
  readonly isFromPaper: boolean;
  readonly paperAt: Instant | null;
  readonly paperTimes: Readonly<Partial<Record<PaperPoint, Instant>>>;
  readonly paperCentreId: string;
  readonly paperVehicleId: string;
}

export const BLANK_DRAFT: IntakeDraft = {
  position: null,
  street: '',
  isStreetTyped: false,
  area: '',
  areaClass: 'urban',
  address: '',
  callerName: '',
  callerPhone: '',
  note: '',
  faultClass: 'unknown',
  faultText: '',
  callEndedAt: null,
  isFromPaper: false,
  paperAt: null,
  paperTimes: {},
  paperCentreId: '',
  paperVehicleId: '',
};

/**
 * Reads what a page has kept. What an older page left behind may be of another shape: a draft of which a part does not
 * fit is none. @returns `null` for anything that is not a draft.
 */
export function readDraft(kept: unknown): IntakeDraft | null {
  if (!isRecord(kept)) return null;
  const { position, areaClass, faultClass, paperTimes } = kept;
  const isPlaced = position === null || (isRecord(position) && isNumber(position['lon']) && isNumber(position['lat']));
  if (!isPlaced || !isRecord(paperTimes)) return null;
  const areTimesKnown = Object.entries(paperTimes).every(([point, at]) => isPaperPoint(point) && isNumber(at));
  const isClassed =
    AREA_CLASSES.some((known) => known === areaClass) && FAULT_CLASSES.some((known) => known === faultClass);
  const areAlike = Object.entries(BLANK_DRAFT).every(
    ([field, blank]) => blank === null || typeof kept[field] === typeof blank,
  );
  const areMoments = [kept['callEndedAt'], kept['paperAt']].every((at) => at === null || isNumber(at));
  return areTimesKnown && isClassed && areAlike && areMoments ? { ...BLANK_DRAFT, ...kept } : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPaperPoint(point: string): point is PaperPoint {
  return PAPER_POINTS.some((known) => known === point);
}

/** What is still wrong with a draft, by the field that shows it. */
export type IntakeProblem =
  | { readonly field: 'position' | 'street' | 'faultText' | 'paperAt'; readonly because: 'missing' }
  | { readonly field: 'callerPhone'; readonly because: 'not-a-number' }
  | { readonly field: 'callEndedAt' | 'paperAt' | PaperPoint; readonly because: 'future' | 'too-old' }
  | { readonly field: PaperPoint; readonly because: 'before-earlier'; readonly than: Point }
  | { readonly field: PaperPoint; readonly because: 'needs'; readonly point: Point }
  | { readonly field: 'paperCentreId' | 'paperVehicleId'; readonly because: 'missing' };

const PHONE = /^\+?\d{3,20}$/;

/** Checks what the server would refuse, so that it is said beside the field while the caller is still there. */
export function problemsOf(draft: IntakeDraft, now: Instant): readonly IntakeProblem[] {
  const problems: IntakeProblem[] = [];
  if (!draft.position) problems.push({ field: 'position', because: 'missing' });
  if (draft.street.trim() === '') problems.push({ field: 'street', because: 'missing' });
  if (draft.faultText.trim() === '') problems.push({ field: 'faultText', because: 'missing' });
  const phone = phoneOf(draft);
  if (phone !== '' && !PHONE.test(phone)) problems.push({ field: 'callerPhone', because: 'not-a-number' });
  if (draft.isFromPaper) return [...problems, ...paperProblems(draft, now)];
  const wrong = draft.callEndedAt === null ? null : wrongTime(draft.callEndedAt, now);
  if (wrong) problems.push({ field: 'callEndedAt', because: wrong });
  return problems;
}

function paperProblems(draft: IntakeDraft, now: Instant): readonly IntakeProblem[] {
  if (draft.paperAt === null) return [{ field: 'paperAt', because: 'missing' }];
  const problems: IntakeProblem[] = [];
  const wrongA = wrongTime(draft.paperAt, now);
  if (wrongA) problems.push({ field: 'paperAt', because: wrongA });
  let latest: { readonly point: Point; readonly at: Instant } = { point: 'A', at: draft.paperAt };
  for (const point of PAPER_POINTS) {
    const at = draft.paperTimes[point];
    if (at === undefined) continue;
    const wrong = wrongTime(at, now);
    const needed = neededBefore(point, draft);
    if (wrong) problems.push({ field: point, because: wrong });
    else if (needed) problems.push({ field: point, because: 'needs', point: needed });
    else if (at < latest.at) problems.push({ field: point, because: 'before-earlier', than: latest.point });
    if (at >= latest.at) latest = { point, at };
  }
  if (draft.paperTimes.B !== undefined && draft.paperCentreId === '')
    problems.push({ field: 'paperCentreId', because: 'missing' });
  if (draft.paperTimes.D !== undefined && draft.paperVehicleId === '')
    problems.push({ field: 'paperVehicleId', because: 'missing' });
  return problems;
}

/** A step of a way that was not begun says nothing: C and D need an issue, E to H a dispatch. */
function neededBefore(point: PaperPoint, { paperTimes }: IntakeDraft): Point | null {
  if (point === 'B') return null;
  if (paperTimes.B === undefined) return 'B';
  if (point === 'C' || point === 'D') return null;
  return paperTimes.D === undefined ? 'D' : null;
}

function wrongTime(at: Instant, now: Instant): 'future' | 'too-old' | null {
  if (at > now) return 'future';
  return at < now - OLDEST_ENTRY ? 'too-old' : null;
}

/** People write numbers in groups; a dial string has none. */
function phoneOf({ callerPhone }: IntakeDraft): string {
  return callerPhone.replaceAll(/[\s()-]/g, '');
}

/**
 * The ticket that a draft describes; `null` while it has problems.
 * @param crewOf the crew of a vehicle that was chosen on paper.
 */
export function openBodyOf(
  draft: IntakeDraft,
  now: Instant,
  crewOf: (vehicleId: string) => string | null,
): Omit<OpenBody, 'commandId'> | null {
  if (!draft.position || problemsOf(draft, now).length > 0) return null;
  const caller = {
    name: draft.callerName.trim(),
    phone: phoneOf(draft),
    address: draft.address.trim(),
    note: draft.note.trim(),
  };
  const hasCaller = Object.values(caller).some((text) => text !== '');
  const paper =
    draft.isFromPaper && draft.paperAt !== null ? { at: draft.paperAt, steps: paperSteps(draft, crewOf) } : null;
  return {
    areaClass: draft.areaClass,
    place: { ...draft.position, street: draft.street.trim(), area: draft.area.trim() },
    faultClass: draft.faultClass,
    faultText: draft.faultText.trim(),
    caller: hasCaller ? caller : null,
    ...(draft.callEndedAt !== null && !paper ? { callEndedAt: draft.callEndedAt } : {}),
    ...(paper ? { paper } : {}),
  };
}

type PaperStep = NonNullable<OpenBody['paper']>['steps'][number];

function paperSteps(draft: IntakeDraft, crewOf: (vehicleId: string) => string | null): PaperStep[] {
  return PAPER_POINTS.flatMap((point): PaperStep[] => {
    const at = draft.paperTimes[point];
    if (at === undefined) return [];
    if (point === 'B') return [{ point, at, centreId: draft.paperCentreId }];
    if (point !== 'D') return [{ point, at }];
    const crewId = crewOf(draft.paperVehicleId);
    return crewId === null ? [] : [{ point, at, crewId, vehicleId: draft.paperVehicleId }];
  });
}

/** Tickets this near, or in the same street of the same area, may be about the same fault. [Q5] */
const NEAR_M = 400;
const MOST_SHOWN = 5;

export interface LikelyDuplicate {
  readonly ticket: Ticket;
  /** `null` when the draft has no place yet. */
  readonly distanceM: number | null;
}

/** Open tickets that may be the caller's own fault, the nearest first; shown while he is still on the line. */
export function likelyDuplicates(draft: IntakeDraft, tickets: Iterable<Ticket>): readonly LikelyDuplicate[] {
  const { position } = draft;
  const street = draft.street.trim();
  const found: LikelyDuplicate[] = [];
  for (const ticket of tickets) {
    if (ticket.closed || ticket.cancelled) continue;
    const { place } = ticket.report;
    const distance = position ? distanceM(position, place) : null;
    const isSameStreet = street !== '' && street === place.street && (draft.area === '' || draft.area === place.area);
    const isNear = distance !== null && distance <= NEAR_M;
    if (isNear || (isSameStreet && position === null)) found.push({ ticket, distanceM: distance });
  }
  return found.sort((a, b) => (a.distanceM ?? 0) - (b.distanceM ?? 0)).slice(0, MOST_SHOWN);
}
