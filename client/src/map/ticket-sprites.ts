import type { AlarmPriority } from '@faultline/shared/ticket/alarms.ts';
import type { MapPalette } from './palette.ts';
import type { DrawSprite } from './sprite-atlas.ts';

export interface TicketSymbol {
  readonly priority: AlarmPriority | null;
  readonly letter: string;
}

/** ▲1 ◆2 ●3 with the letter of the segment in it; a ticket that is well is an empty grey disc. */
export function ticketSprites(symbols: readonly TicketSymbol[], palette: MapPalette): readonly DrawSprite[] {
  return symbols.map((symbol) => (context, radius) => drawTicket(context, radius, symbol, palette));
}

function drawTicket(
  context: CanvasRenderingContext2D,
  radius: number,
  symbol: TicketSymbol,
  palette: MapPalette,
): void {
  const shape = shapeOf(symbol.priority, radius);
  context.lineJoin = 'round';
  context.strokeStyle = palette.halo;
  context.lineWidth = radius * 0.5;
  context.stroke(shape);
  context.fillStyle = symbol.priority === null ? palette.ground : colourOf(symbol.priority, palette);
  context.fill(shape);
  if (symbol.priority === null) {
    context.strokeStyle = palette.kept;
    context.lineWidth = Math.max(1.5, radius * 0.16);
    context.stroke(shape);
  }
  context.fillStyle = symbol.priority === null ? palette.text : palette.onPriority;
  context.font = `700 ${Math.round(radius * 1.05)}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  // A triangle's middle lies below the middle of its box.
  const middle = symbol.priority === 1 ? radius * 0.32 : radius * 0.06;
  context.fillText(symbol.letter, 0, middle);
}

function shapeOf(priority: TicketSymbol['priority'], radius: number): Path2D {
  const shape = new Path2D();
  if (priority === 1) {
    shape.moveTo(0, -radius * 1.15);
    shape.lineTo(radius * 1.2, radius * 0.9);
    shape.lineTo(-radius * 1.2, radius * 0.9);
    shape.closePath();
  } else if (priority === 2) {
    shape.moveTo(0, -radius * 1.15);
    shape.lineTo(radius * 1.15, 0);
    shape.lineTo(0, radius * 1.15);
    shape.lineTo(-radius * 1.15, 0);
    shape.closePath();
  } else {
    shape.arc(0, 0, radius * (priority === null ? 0.8 : 0.95), 0, 2 * Math.PI);
  }
  return shape;
}

function colourOf(priority: AlarmPriority, palette: MapPalette): string {
  return { 1: palette.p1, 2: palette.p2, 3: palette.p3 }[priority];
}
