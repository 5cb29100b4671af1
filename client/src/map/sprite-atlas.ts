import { contextOf } from './context-of.ts';

/** Draws one sprite around the origin; `radius` is half the sprite's inner size in CSS pixels. */
export type DrawSprite = (context: CanvasRenderingContext2D, radius: number) => void;

/** Symbols drawn once into one picture and then only copied: a copy costs a tenth of what its paths cost. */
export interface SpriteAtlas {
  /** Copies sprite `number` so that its centre lies at x, y in CSS pixels. */
  draw(context: CanvasRenderingContext2D, number: number, x: number, y: number): void;
  /** The same picture as pixels, for `SpriteStamp`; read from the canvas at the first call. */
  pixels(): SpritePixels;
  readonly pixelRatio: number;
}

export interface SpritePixels {
  /** One number per pixel as it lies in memory, row by row. */
  readonly colours: Uint32Array;
  /** Pixels per row. */
  readonly stride: number;
  /** Side of a sprite's cell in device pixels. */
  readonly cell: number;
  readonly columns: number;
  /** Four numbers per sprite: the box inside its cell that is not empty, as left, top, right and bottom (exclusive). */
  readonly boxes: Uint16Array;
}

/** Room around the inner size for edges, heading ticks and smoothing, as a share of the radius. */
const MARGIN = 0.75;
/** Browsers refuse canvases beyond this side. */
const MAX_SIDE = 8_192;

/** @param radius half the inner size in CSS pixels, whole or not. */
export function createAtlas(sprites: readonly DrawSprite[], radius: number, pixelRatio: number): SpriteAtlas {
  const cell = Math.ceil(2 * radius * (1 + MARGIN) * pixelRatio);
  const columns = Math.max(1, Math.min(Math.ceil(Math.sqrt(sprites.length)), Math.floor(MAX_SIDE / cell)));
  const canvas = document.createElement('canvas');
  canvas.width = columns * cell;
  canvas.height = Math.max(1, Math.ceil(sprites.length / columns)) * cell;
  const context = contextOf(canvas);
  for (const [number, drawSprite] of sprites.entries()) {
    const x = (number % columns) * cell + cell / 2;
    const y = Math.floor(number / columns) * cell + cell / 2;
    context.setTransform(pixelRatio, 0, 0, pixelRatio, x, y);
    drawSprite(context, radius);
  }
  const size = cell / pixelRatio;
  let pixels: SpritePixels | null = null;
  return {
    pixelRatio,
    pixels: () => {
      pixels ??= readPixels(canvas, cell, columns, sprites.length);
      return pixels;
    },
    draw: (target, number, x, y) => {
      const sourceX = (number % columns) * cell;
      const sourceY = Math.floor(number / columns) * cell;
      // Whole device pixels copy without smoothing, which is both faster and sharper.
      const left = Math.round((x - size / 2) * pixelRatio) / pixelRatio;
      const top = Math.round((y - size / 2) * pixelRatio) / pixelRatio;
      target.drawImage(canvas, sourceX, sourceY, cell, cell, left, top, size, size);
    },
  };
}

function readPixels(canvas: HTMLCanvasElement, cell: number, columns: number, count: number): SpritePixels {
  const image = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Uint32Array(image.data.buffer);
  const stride = canvas.width;
  const boxes = new Uint16Array(4 * count);
  for (let number = 0; number < count; number += 1) {
    const first = Math.floor(number / columns) * cell * stride + (number % columns) * cell;
    boxes.set(filledBox(colours, first, stride, cell), 4 * number);
  }
  return { colours, stride, cell, columns, boxes };
}

function filledBox(colours: Uint32Array, first: number, stride: number, cell: number): readonly number[] {
  let [left, top, right, bottom] = [cell, cell, 0, 0];
  for (let y = 0; y < cell; y += 1) {
    for (let x = 0; x < cell; x += 1) {
      if (colours[first + y * stride + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return [left, top, right, bottom];
}
