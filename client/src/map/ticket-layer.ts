import type { AlarmPriority } from '@faultline/shared/ticket/alarms.ts';
import type { Point } from 'leaflet';
import type { CanvasView } from './canvas-layer.ts';
import { CanvasLayer } from './canvas-layer.ts';
import type { LabelBox } from './label-space.ts';
import { createLabelSpace } from './label-space.ts';
import { worldX, worldY } from './mercator.ts';
import type { MapPalette } from './palette.ts';
import type { SpriteAtlas } from './sprite-atlas.ts';
import { createAtlas } from './sprite-atlas.ts';
import type { TicketSymbol } from './ticket-sprites.ts';
import { ticketSprites } from './ticket-sprites.ts';

/** An open ticket as the map shows it. */
export interface MapTicket {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  /** The priority of its worst alarm, `null` while nothing about it asks for anybody. [D2] */
  readonly priority: AlarmPriority | null;
  /** The letter of the segment that it is in. */
  readonly letter: string;
  /** What stands beside it when there is room: the street. [D3] */
  readonly label: string;
}

export interface TicketLayerOptions {
  readonly palette: MapPalette;
  readonly textSize: number;
}

const LABELS_FROM_ZOOM = 13;
const MAX_LABELS = 120;
const HIT_SLACK = 6;

interface PlacedTicket extends MapTicket {
  readonly worldX: number;
  readonly worldY: number;
}

export class TicketLayer extends CanvasLayer {
  readonly #options: TicketLayerOptions;
  readonly #radius: number;
  #tickets: readonly PlacedTicket[] = [];
  #symbols: readonly TicketSymbol[] = [];
  #atlas: { readonly atlas: SpriteAtlas; readonly pixelRatio: number } | null = null;
  #numbers = new Map<string, number>();
  #selected: string | null = null;
  #boxes: LabelBox[] = [];

  constructor(options: TicketLayerOptions) {
    super((context, view) => this.#paintTickets(context, view), { name: 'tickets', zIndex: 420 });
    this.#options = options;
    this.#radius = Math.round(options.textSize * 0.85);
  }

  setTickets(tickets: readonly MapTicket[]): void {
    this.#tickets = tickets
      .map((ticket) => ({ ...ticket, worldX: worldX(ticket.lon), worldY: worldY(ticket.lat) }))
      .sort((left, right) => urgency(left) - urgency(right));
    this.#learnSymbols();
    if (this.view()) this.requestDraw();
  }

  select(id: string | null): void {
    if (id === this.#selected) return;
    this.#selected = id;
    this.requestDraw();
  }

  /** Where symbols and labels stood at the last drawing: other layers write nothing there. */
  boxes(): readonly LabelBox[] {
    return this.#boxes;
  }

  /** The topmost ticket that a point of the map's container touches. */
  hit(containerPoint: Point): string | null {
    const view = this.view();
    if (!view) return null;
    const at = this.toCanvas(containerPoint);
    const reach = (this.#radius + HIT_SLACK) ** 2;
    const touched = this.#tickets.findLast((ticket) => {
      const { x, y } = placeOf(ticket, view);
      return (x - at.x) ** 2 + (y - at.y) ** 2 <= reach;
    });
    return touched?.id ?? null;
  }

  /** The atlas holds the symbols in use: four shapes times the letters that occur. */
  #learnSymbols(): void {
    let isNew = false;
    const symbols = [...this.#symbols];
    for (const ticket of this.#tickets) {
      const key = symbolKey(ticket);
      if (this.#numbers.has(key)) continue;
      this.#numbers.set(key, symbols.length);
      symbols.push({ priority: ticket.priority, letter: ticket.letter });
      isNew = true;
    }
    if (!isNew) return;
    this.#symbols = symbols;
    this.#atlas = null;
  }

  #atlasFor(pixelRatio: number): SpriteAtlas {
    if (this.#atlas?.pixelRatio === pixelRatio) return this.#atlas.atlas;
    const atlas = createAtlas(ticketSprites(this.#symbols, this.#options.palette), this.#radius, pixelRatio);
    this.#atlas = { atlas, pixelRatio };
    return atlas;
  }

  #paintTickets(context: CanvasRenderingContext2D, view: CanvasView): void {
    const atlas = this.#atlasFor(view.pixelRatio);
    const margin = 2 * this.#radius;
    const inView: PlacedTicket[] = [];
    this.#boxes = [];
    for (const ticket of this.#tickets) {
      const { x, y } = placeOf(ticket, view);
      if (x < -margin || y < -margin || x > view.width + margin || y > view.height + margin) continue;
      inView.push(ticket);
      this.#boxes.push({ left: x - this.#radius, top: y - this.#radius, width: margin, height: margin });
      atlas.draw(context, this.#numbers.get(symbolKey(ticket)) ?? 0, x, y);
      if (ticket.id === this.#selected) this.#paintMark(context, x, y);
    }
    if (view.zoom >= LABELS_FROM_ZOOM) this.#paintLabels(context, view, inView);
  }

  #paintMark(context: CanvasRenderingContext2D, x: number, y: number): void {
    context.strokeStyle = this.#options.palette.focus;
    context.lineWidth = 3;
    context.beginPath();
    context.arc(x, y, this.#radius * 1.55, 0, 2 * Math.PI);
    context.stroke();
  }

  #paintLabels(context: CanvasRenderingContext2D, view: CanvasView, tickets: readonly PlacedTicket[]): void {
    const { palette, textSize } = this.#options;
    const space = createLabelSpace(view.width, view.height);
    // A name may not hide another ticket. The corners of the box are not the symbol's, and its own name stands close.
    const slack = this.#radius * 0.35;
    for (const { left, top, width, height } of this.#boxes) {
      space.block({ left: left + slack, top: top + slack, width: width - 2 * slack, height: height - 2 * slack });
    }
    const lineHeight = textSize * 1.2;
    context.font = `600 ${textSize}px ${palette.font}`;
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 4;
    context.strokeStyle = palette.halo;
    context.fillStyle = palette.text;
    let written = 0;
    for (const ticket of [...tickets].reverse()) {
      if (written >= MAX_LABELS) return;
      const { x, y } = placeOf(ticket, view);
      const { width } = context.measureText(ticket.label);
      const pause = this.#radius * 1.3;
      const left = [x + pause, x - pause - width].find((side) =>
        space.take(side, y - lineHeight / 2, width, lineHeight),
      );
      if (left === undefined) continue;
      this.#boxes.push({ left, top: y - lineHeight / 2, width, height: lineHeight });
      context.strokeText(ticket.label, left, y);
      context.fillText(ticket.label, left, y);
      written += 1;
    }
  }
}

function placeOf(ticket: PlacedTicket, view: CanvasView): { readonly x: number; readonly y: number } {
  return { x: ticket.worldX * view.scale + view.left, y: ticket.worldY * view.scale + view.top };
}

function symbolKey(ticket: MapTicket): string {
  return `${ticket.priority ?? '-'}${ticket.letter}`;
}

/** Calm tickets lie at the bottom, the most urgent on top. */
function urgency(ticket: MapTicket): number {
  return ticket.priority === null ? 0 : 4 - ticket.priority;
}
