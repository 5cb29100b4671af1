import type { Freshness } from '@faultline/shared/vehicle/state.ts';
import type { VehicleState } from '@faultline/shared/vehicle/vehicle.ts';
import { VEHICLE_STATES } from '@faultline/shared/vehicle/vehicle.ts';
import type { MapPalette } from './palette.ts';
import type { DrawSprite } from './sprite-atlas.ts';

/** What the age of a position does to its symbol: live is solid, stale is hatched and fades, lost is an empty outline, struck through. */
export const FIX_AGES: readonly Freshness[] = ['live', 'stale', 'lost'];

/** Headings are drawn in steps of 15°, finer than the eye tells at this size. */
const HEADING_STEPS = 24;
const DEGREES_PER_STEP = 360 / HEADING_STEPS;
/** One more for a vehicle whose heading is unknown. */
const HEADINGS = HEADING_STEPS + 1;

export function spriteNumber(stateIndex: number, ageIndex: number, headingDeg: number): number {
  const heading = headingDeg < 0 ? HEADING_STEPS : Math.round(headingDeg / DEGREES_PER_STEP) % HEADING_STEPS;
  return (stateIndex * FIX_AGES.length + ageIndex) * HEADINGS + heading;
}

/** Every symbol there is, in the order of `spriteNumber`. */
export function vehicleSprites(palette: MapPalette): readonly DrawSprite[] {
  const sprites: DrawSprite[] = [];
  for (const [stateIndex, state] of VEHICLE_STATES.entries()) {
    for (const age of FIX_AGES) {
      for (let heading = 0; heading < HEADINGS; heading += 1) {
        const turn = heading === HEADING_STEPS ? null : (heading * DEGREES_PER_STEP * Math.PI) / 180;
        const fill = palette.vehicle[stateIndex] ?? palette.kept;
        sprites.push((context, radius) => drawVehicle(context, radius, { state, age, turn, fill, palette }));
      }
    }
  }
  return sprites;
}

interface VehicleSymbol {
  readonly state: VehicleState;
  readonly age: Freshness;
  /** Radians clockwise from north, `null` = unknown. */
  readonly turn: number | null;
  readonly fill: string;
  readonly palette: MapPalette;
}

function drawVehicle(context: CanvasRenderingContext2D, radius: number, symbol: VehicleSymbol): void {
  const { state, age, turn, fill, palette } = symbol;
  const colour = age === 'live' ? fill : palette.stale;
  const body = bodyOf(state, turn, radius);
  context.save();
  if (turn !== null && state !== 'travelling') drawHeadingTick(context, radius, turn, colour, palette);
  if (state === 'travelling' && turn !== null) context.rotate(turn);

  context.lineJoin = 'round';
  if (age === 'lost' || state === 'off-duty') {
    drawOutline(context, body, radius, colour, palette, age === 'lost');
  } else {
    context.strokeStyle = palette.vehicleEdge;
    context.lineWidth = radius * 0.3;
    context.stroke(body);
    context.fillStyle = colour;
    context.fill(body);
    if (age === 'stale') hatch(context, body, radius, palette.vehicleEdge);
    if (state === 'paused') drawPauseBars(context, radius, palette.vehicleEdge);
  }
  context.restore();
}

/** The shape alone says the state: arrow, disc with a dot, square, disc with bars, ring. */
function bodyOf(state: VehicleState, turn: number | null, radius: number): Path2D {
  const body = new Path2D();
  if (state === 'travelling' && turn !== null) {
    body.moveTo(0, -radius * 1.15);
    body.lineTo(radius * 0.85, radius * 0.95);
    body.lineTo(0, radius * 0.45);
    body.lineTo(-radius * 0.85, radius * 0.95);
    body.closePath();
    return body;
  }
  if (state === 'on-site') {
    body.rect(-radius * 0.78, -radius * 0.78, radius * 1.56, radius * 1.56);
    return body;
  }
  body.arc(0, 0, radius * (state === 'standby' || state === 'off-duty' ? 0.72 : 0.85), 0, 2 * Math.PI);
  return body;
}

function drawOutline(
  context: CanvasRenderingContext2D,
  body: Path2D,
  radius: number,
  colour: string,
  palette: MapPalette,
  isStruck: boolean,
): void {
  context.strokeStyle = palette.vehicleEdge;
  context.lineWidth = radius * 0.55;
  context.stroke(body);
  context.strokeStyle = colour;
  context.lineWidth = radius * 0.3;
  context.stroke(body);
  if (!isStruck) return;
  context.beginPath();
  context.moveTo(-radius, radius);
  context.lineTo(radius, -radius);
  context.stroke();
}

function hatch(context: CanvasRenderingContext2D, body: Path2D, radius: number, colour: string): void {
  context.save();
  context.clip(body);
  context.strokeStyle = colour;
  context.lineWidth = radius * 0.16;
  context.beginPath();
  for (let shift = -2; shift <= 2; shift += 0.5) {
    context.moveTo((shift - 1) * radius, radius);
    context.lineTo((shift + 1) * radius, -radius);
  }
  context.stroke();
  context.restore();
}

function drawPauseBars(context: CanvasRenderingContext2D, radius: number, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(-radius * 0.35, -radius * 0.4, radius * 0.25, radius * 0.8);
  context.fillRect(radius * 0.1, -radius * 0.4, radius * 0.25, radius * 0.8);
}

/** A small triangle outside the body: a vehicle that moves although it is not on its way anywhere. */
function drawHeadingTick(
  context: CanvasRenderingContext2D,
  radius: number,
  turn: number,
  colour: string,
  palette: MapPalette,
): void {
  context.save();
  context.rotate(turn);
  context.beginPath();
  context.moveTo(0, -radius * 1.6);
  context.lineTo(radius * 0.42, -radius * 1.02);
  context.lineTo(-radius * 0.42, -radius * 1.02);
  context.closePath();
  context.lineWidth = radius * 0.2;
  context.strokeStyle = palette.vehicleEdge;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.restore();
}
