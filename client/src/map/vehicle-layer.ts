import type { Instant } from '@faultline/shared/time.ts';
import { VEHICLE_STATES } from '@faultline/shared/vehicle/vehicle.ts';
import type { Point } from 'leaflet';
import type { CanvasView } from './canvas-layer.ts';
import { CanvasLayer } from './canvas-layer.ts';
import type { FleetStore } from './fleet.ts';
import { fixFreshness, NO_VEHICLE } from './fleet.ts';
import type { LabelBox } from './label-space.ts';
import { createLabelSpace } from './label-space.ts';
import type { MapPalette } from './palette.ts';
import type { SpriteAtlas } from './sprite-atlas.ts';
import { createAtlas } from './sprite-atlas.ts';
import { isStampCheaper, SpriteStamp } from './sprite-stamp.ts';
import { FIX_AGES, spriteNumber, vehicleSprites } from './vehicle-sprites.ts';

export interface VehicleLayerOptions {
  readonly store: FleetStore;
  readonly palette: MapPalette;
  readonly now: () => Instant;
  /** What the labels must leave free: the tickets, which lie above. */
  readonly blocked: () => readonly LabelBox[];
  /** Height of a label in CSS pixels; symbols grow with it, so that a calibrated wall stays readable. */
  readonly textSize: number;
}

/** From this zoom on every vehicle that finds room carries its call sign. */
const LABELS_FROM_ZOOM = 13;
/** With this few vehicles in view they are named at any zoom. */
const FEW_VEHICLES = 60;
/** Writing is the dearest part of a drawing, and nobody reads more names than this at once. */
const MAX_LABELS = 250;
/** Slower than this a device's heading is noise. Tenths of km/h. */
const MOVING_KMH10 = 30;
/** Fingers and pointers may miss a symbol by this many CSS pixels. */
const HIT_SLACK = 6;
/** From the bottom up: a vehicle on its way is never hidden by one that rests. */
const DRAW_ORDER = (['off-duty', 'standby', 'paused', 'on-site', 'travelling'] as const).map((state) =>
  VEHICLE_STATES.indexOf(state),
);

const TRAVELLING = VEHICLE_STATES.indexOf('travelling');
const NOBODY = new Uint32Array(0);

export class VehicleLayer extends CanvasLayer {
  readonly #options: VehicleLayerOptions;
  readonly #atlases = new Map<string, SpriteAtlas>();
  readonly #labelWidths = new Map<string, number>();
  readonly #stamp = new SpriteStamp();
  #selected: string | null = null;
  #hovered: string | null = null;
  #radius = 0;
  /** Indexes of the vehicles in view; kept between drawings, so that a drawing allocates nothing per vehicle. */
  #visible = new Uint32Array(0);

  constructor(options: VehicleLayerOptions) {
    super((context, view) => this.#paintFleet(context, view), { name: 'vehicles', zIndex: 410 });
    this.#options = options;
  }

  select(id: string | null): void {
    if (id === this.#selected) return;
    this.#selected = id;
    this.requestDraw();
  }

  hover(id: string | null): void {
    if (id === this.#hovered) return;
    this.#hovered = id;
    this.requestDraw();
  }

  /** The vehicle nearest to a point of the map's container, if the point touches one. */
  hit(containerPoint: Point): string | null {
    const view = this.view();
    if (!view) return null;
    const at = this.toCanvas(containerPoint);
    const fleet = this.#options.store.fleet();
    let nearest = -1;
    let nearestSquare = (this.#radius + HIT_SLACK) ** 2;
    for (let index = 0; index < fleet.size; index += 1) {
      if (!isPlaced(fleet.state[index], fleet.fixedAt[index])) continue;
      const dx = (fleet.x[index] ?? 0) * view.scale + view.left - at.x;
      const dy = (fleet.y[index] ?? 0) * view.scale + view.top - at.y;
      const square = dx * dx + dy * dy;
      if (square > nearestSquare) continue;
      nearest = index;
      nearestSquare = square;
    }
    return fleet.ids[nearest] ?? null;
  }

  #paintFleet(context: CanvasRenderingContext2D, view: CanvasView): void {
    this.#radius = radiusAt(view.zoom, this.#options.textSize);
    const count = this.#findVisible(view);
    this.#copySprites(context, view, count);
    this.#paintMarks(context, view);
    const areFew = view.zoom >= LABELS_FROM_ZOOM || count <= FEW_VEHICLES;
    this.#paintLabels(context, view, areFew ? this.#visible.subarray(0, count) : NOBODY);
  }

  /** Fills `#visible` with the vehicles in view, in drawing order. @returns how many they are. */
  #findVisible(view: CanvasView): number {
    const { size, x, y, state, fixedAt } = this.#options.store.fleet();
    if (this.#visible.length < size) this.#visible = new Uint32Array(size);
    const margin = 2 * this.#radius;
    let count = 0;
    for (const wanted of DRAW_ORDER) {
      for (let index = 0; index < size; index += 1) {
        if (state[index] !== wanted || Number.isNaN(fixedAt[index])) continue;
        const left = (x[index] ?? 0) * view.scale + view.left;
        const top = (y[index] ?? 0) * view.scale + view.top;
        if (left < -margin || top < -margin || left > view.width + margin || top > view.height + margin) continue;
        this.#visible[count] = index;
        count += 1;
      }
    }
    return count;
  }

  #copySprites(context: CanvasRenderingContext2D, view: CanvasView, count: number): void {
    const { store, now } = this.#options;
    const fleet = store.fleet();
    const { x, y, state, headingDeg, speedKmh10 } = fleet;
    const atlas = this.#atlasOf(this.#radius, view.pixelRatio);
    const stamp = isStampCheaper(count, context.canvas) ? this.#stamp : null;
    stamp?.begin(context.canvas);
    const time = now();
    for (let at = 0; at < count; at += 1) {
      const index = this.#visible[at] ?? 0;
      const stateIndex = state[index] ?? 0;
      const isMoving = stateIndex === TRAVELLING || (speedKmh10[index] ?? -1) >= MOVING_KMH10;
      const heading = isMoving ? (headingDeg[index] ?? -1) : -1;
      const age = FIX_AGES.indexOf(fixFreshness(fleet, index, time));
      const left = (x[index] ?? 0) * view.scale + view.left;
      const top = (y[index] ?? 0) * view.scale + view.top;
      const number = spriteNumber(stateIndex, age, heading);
      if (stamp) stamp.stamp(atlas, number, left, top);
      else atlas.draw(context, number, left, top);
    }
    stamp?.finish(context);
  }

  #place(index: number, view: CanvasView): { readonly x: number; readonly y: number } {
    const fleet = this.#options.store.fleet();
    return {
      x: (fleet.x[index] ?? 0) * view.scale + view.left,
      y: (fleet.y[index] ?? 0) * view.scale + view.top,
    };
  }

  #marked(): readonly number[] {
    const { store } = this.#options;
    const fleet = store.fleet();
    return [this.#selected, this.#hovered].flatMap((id) => {
      const index = id === null ? null : store.indexOf(id);
      return index !== null && isPlaced(fleet.state[index], fleet.fixedAt[index]) ? [index] : [];
    });
  }

  #paintMarks(context: CanvasRenderingContext2D, view: CanvasView): void {
    const { palette } = this.#options;
    context.strokeStyle = palette.focus;
    context.lineWidth = 2;
    for (const index of this.#marked()) {
      const { x, y } = this.#place(index, view);
      context.beginPath();
      context.arc(x, y, this.#radius * 1.9, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  #paintLabels(context: CanvasRenderingContext2D, view: CanvasView, indexes: Uint32Array): void {
    const { store, palette, textSize } = this.#options;
    const fleet = store.fleet();
    const space = createLabelSpace(view.width, view.height);
    for (const box of this.#options.blocked()) space.block(box);
    const lineHeight = textSize * 1.2;
    context.font = `500 ${textSize}px ${palette.font}`;
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = palette.halo;
    context.fillStyle = palette.text;
    let written = 0;
    for (const index of [...this.#marked(), ...indexes]) {
      if (written >= MAX_LABELS) return;
      const label = fleet.labels[index] ?? '';
      const { x, y } = this.#place(index, view);
      const left = x + this.#radius * 1.5;
      const width = this.#widthOf(context, label);
      if (label === '' || !space.take(left, y - lineHeight / 2, width, lineHeight)) continue;
      context.strokeText(label, left, y);
      context.fillText(label, left, y);
      written += 1;
    }
  }

  #widthOf(context: CanvasRenderingContext2D, label: string): number {
    const known = this.#labelWidths.get(label);
    if (known !== undefined) return known;
    const { width } = context.measureText(label);
    this.#labelWidths.set(label, width);
    return width;
  }

  #atlasOf(radius: number, pixelRatio: number): SpriteAtlas {
    const key = `${radius} ${pixelRatio}`;
    let atlas = this.#atlases.get(key);
    if (!atlas) {
      atlas = createAtlas(vehicleSprites(this.#options.palette), radius, pixelRatio);
      this.#atlases.set(key, atlas);
    }
    return atlas;
  }
}

function isPlaced(state: number | undefined, fixedAt: number | undefined): boolean {
  return state !== undefined && state !== NO_VEHICLE && fixedAt !== undefined && !Number.isNaN(fixedAt);
}

/** Three sizes only, because each is an atlas: whole city, quarter, street. */
function radiusAt(zoom: number, textSize: number): number {
  if (zoom < 11) return Math.round(textSize * 0.32);
  return Math.round(textSize * (zoom < 14 ? 0.45 : 0.6));
}
