import type { Coords, DoneCallback } from 'leaflet';
import { GridLayer } from 'leaflet';
import type { LabelRule, PaintRule, PreparedTile } from 'protomaps-leaflet';
import { Labeler, paint, TileCache, View, ZxySource } from 'protomaps-leaflet';
import { contextOf } from './context-of.ts';
import type { MapPalette } from './palette.ts';
import { labelRules, paintRules } from './street-style.ts';

/** One tile of data covers two by two tiles of the screen: a quarter of the requests, and labels that cross seams. */
const DATA_ZOOM_BELOW_SCREEN = 1;
const MAX_DATA_ZOOM = 16;
const TILE_SIZE = 256;
/** Labels are kept for this many data tiles per zoom: a 3840 × 2160 wall shows about fifty. */
const MAX_LABELLED_TILES = 80;
/** Lines and labels of a neighbour reach this far into a tile, in CSS pixels. */
const PAINT_MARGIN = 16;

/**
 * The streets below everything else, painted from the server's own vector tiles. The drawing library is reached only
 * through this class, so that another one can take its place.
 */
export class BaseLayer extends GridLayer {
  readonly #view: View;
  readonly #paintRules: PaintRule[];
  readonly #labelRules: LabelRule[];
  readonly #ground: string;
  readonly #scratch: CanvasRenderingContext2D;
  readonly #labelers = new Map<number, Labeler>();
  readonly #shown = new Map<string, { readonly canvas: HTMLCanvasElement; readonly coords: Coords }>();
  #hasFailed = false;

  /** @param url the template of the tiles, with {z}, {x} and {y}. */
  constructor(url: string, palette: MapPalette) {
    super({ tileSize: TILE_SIZE, minZoom: 0, maxZoom: 20, keepBuffer: 2 });
    const cache = new TileCache(new ZxySource(url, true), TILE_SIZE << DATA_ZOOM_BELOW_SCREEN);
    this.#view = new View(cache, MAX_DATA_ZOOM, DATA_ZOOM_BELOW_SCREEN);
    this.#paintRules = paintRules(palette);
    this.#labelRules = labelRules(palette);
    this.#ground = palette.ground;
    this.#scratch = contextOf(document.createElement('canvas'));
    this.on('tileunload', ({ coords, tile }) => {
      const key = keyOf(coords);
      // The same place may have been asked for anew before the old tile left.
      if (Object.is(this.#shown.get(key)?.canvas, tile)) this.#shown.delete(key);
    });
  }

  /** Whether a tile is missing that the server could not give; `redraw()` asks for it again. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  protected override createTile(coords: Coords, done: DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    const key = keyOf(coords);
    this.#shown.set(key, { canvas, coords });
    this.#draw(canvas, coords).then(
      () => done(undefined, canvas),
      (cause: unknown) => {
        // A tile that the next zoom made superfluous was cancelled on purpose.
        if (!(cause instanceof DOMException && cause.name === 'AbortError')) this.#hasFailed = true;
        done(new Error(`tile ${key} cannot be drawn`, { cause }), canvas);
      },
    );
    return canvas;
  }

  override redraw(): this {
    this.#hasFailed = false;
    return super.redraw();
  }

  async #draw(canvas: HTMLCanvasElement, coords: Coords): Promise<void> {
    const tile = await this.#view.getDisplayTile(coords);
    this.#labelerOf(coords.z).add(new Map([['', [tile]]]));
    this.#paint(canvas, coords, tile);
  }

  #paint(canvas: HTMLCanvasElement, coords: Coords, tile: PreparedTile): void {
    const ratio = window.devicePixelRatio;
    canvas.width = TILE_SIZE * ratio;
    canvas.height = TILE_SIZE * ratio;
    const context = contextOf(canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.#ground;
    context.fillRect(0, 0, TILE_SIZE, TILE_SIZE);
    const origin = tile.origin.clone();
    origin.x = TILE_SIZE * coords.x;
    origin.y = TILE_SIZE * coords.y;
    const bounds = {
      minX: origin.x - PAINT_MARGIN,
      minY: origin.y - PAINT_MARGIN,
      maxX: origin.x + TILE_SIZE + PAINT_MARGIN,
      maxY: origin.y + TILE_SIZE + PAINT_MARGIN,
    };
    const { index } = this.#labelerOf(coords.z);
    paint(context, coords.z, new Map([['', [tile]]]), index, this.#paintRules, bounds, origin, false);
  }

  #labelerOf(zoom: number): Labeler {
    const known = this.#labelers.get(zoom);
    if (known) return known;
    const labeler = new Labeler(zoom, this.#scratch, this.#labelRules, MAX_LABELLED_TILES, (keys) =>
      this.#repaint(keys),
    );
    this.#labelers.set(zoom, labeler);
    return labeler;
  }

  /** A label that came with a later tile reaches into these, or pushed one of theirs away. */
  #repaint(keys: ReadonlySet<string>): void {
    for (const key of keys) {
      const shown = this.#shown.get(key);
      if (!shown) continue;
      this.#view.getDisplayTile(shown.coords).then(
        (tile) => this.#paint(shown.canvas, shown.coords, tile),
        () => {
          this.#hasFailed = true;
        },
      );
    }
  }
}

/** The form in which the drawing library names a tile of the screen. */
function keyOf(coords: Coords): string {
  return `${coords.x}:${coords.y}:${coords.z}`;
}
