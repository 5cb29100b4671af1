import type { SpriteAtlas } from './sprite-atlas.ts';

/**
 * Stamps many sprites into one block of pixels and hands that to the canvas at once. Without a graphics card each
 * single copy costs the browser about 9 µs, and 5,000 of them a frame; this costs a third, but always the price of the
 * whole canvas. `isStampCheaper` says from how many sprites on it pays.
 */
export class SpriteStamp {
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#image.data.buffer);

  /** Begins an empty picture of the canvas' size in device pixels. */
  begin(canvas: HTMLCanvasElement): void {
    if (this.#image.width === canvas.width && this.#image.height === canvas.height) {
      this.#pixels.fill(0);
      return;
    }
    this.#image = new ImageData(canvas.width, canvas.height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  /** Stamps sprite `number` with its centre at x, y in CSS pixels; what lies outside the canvas is cut off. */
  stamp(atlas: SpriteAtlas, number: number, x: number, y: number): void {
    const { colours, stride, cell, columns, boxes } = atlas.pixels();
    const { width, height } = this.#image;
    const pixels = this.#pixels;
    const left = Math.round(x * atlas.pixelRatio - cell / 2);
    const top = Math.round(y * atlas.pixelRatio - cell / 2);
    const fromX = Math.max(boxes[4 * number] ?? 0, -left);
    const fromY = Math.max(boxes[4 * number + 1] ?? 0, -top);
    const toX = Math.min(boxes[4 * number + 2] ?? 0, width - left);
    const toY = Math.min(boxes[4 * number + 3] ?? 0, height - top);
    const first = Math.floor(number / columns) * cell * stride + (number % columns) * cell;
    for (let row = fromY; row < toY; row += 1) {
      let source = first + row * stride + fromX;
      let target = (top + row) * width + left + fromX;
      const end = target + toX - fromX;
      for (; target < end; target += 1, source += 1) {
        const colour = colours[source] ?? 0;
        if (isSeen(colour, pixels[target] ?? 0)) pixels[target] = colour;
      }
    }
  }

  /** Puts the picture onto the canvas, in place of all that was there. */
  finish(context: CanvasRenderingContext2D): void {
    context.putImageData(this.#image, 0, 0);
  }
}

/** What one copy costs, counted in pixels of the whole canvas that could be put in the same time. */
const PIXELS_PER_COPY = 3_000;

export function isStampCheaper(count: number, canvas: HTMLCanvasElement): boolean {
  return count * PIXELS_PER_COPY > canvas.width * canvas.height;
}

/** Half of a byte's range: a smoothed edge is either part of the symbol or part of what lies below. */
const HALF_OPAQUE = 128;

/** Whether a pixel replaces what is below it. The alpha is the highest byte on every machine that runs a browser. */
function isSeen(colour: number, below: number): boolean {
  const alpha = colour >>> 24;
  return alpha >= HALF_OPAQUE || (alpha > 0 && below === 0);
}
