import type { LatLng, LeafletEvent, LeafletEventHandlerFn, Map as LeafletMap, Point, ZoomAnimEvent } from 'leaflet';
import { DomUtil, Layer, point } from 'leaflet';
import { contextOf } from './context-of.ts';
import { WORLD_SIZE_AT_ZOOM_0 } from './mercator.ts';

/** How the unit square of the projection lies on the canvas, in CSS pixels. */
export interface CanvasView {
  /** Pixels per width of the world. */
  readonly scale: number;
  /** Where the world's north-western corner lies on the canvas. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  readonly pixelRatio: number;
}

export type PaintCanvas = (context: CanvasRenderingContext2D, view: CanvasView) => void;

/** The canvas reaches this share of the map's size beyond each edge, so that a short pan shows no empty border. */
const PADDING = 0.1;

/**
 * One canvas over the map that draws everything itself, however many things there are. It is redrawn at most once per
 * animation frame and only when asked: by new data, or by a view that has come to rest. While the map zooms, the old
 * picture is scaled instead.
 */
export class CanvasLayer extends Layer {
  readonly #paint: PaintCanvas;
  readonly #pane: { readonly name: string; readonly zIndex: number };
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #view: CanvasView | null = null;
  /** The canvas' corner in the projection's pixels at the zoom of its last drawing. */
  #corner: Point = point(0, 0);
  #frame = 0;
  #isZooming = false;

  /** @param pane decides what lies above what; it is made when the map does not have it. */
  constructor(paint: PaintCanvas, pane: { readonly name: string; readonly zIndex: number }) {
    super();
    this.#paint = paint;
    this.#pane = pane;
    this.#canvas = DomUtil.create('canvas', 'leaflet-zoom-animated map-canvas');
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#context = contextOf(this.#canvas);
  }

  /** Asks for a drawing at the next animation frame; any number of calls before it cost one drawing. */
  requestDraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#isZooming) this.#draw();
    });
  }

  /** The view of the last drawing, for hit tests; `null` before the first. */
  view(): CanvasView | null {
    return this.#view;
  }

  /** Where a point of the map's container lies on the canvas. */
  toCanvas(containerPoint: Point): Point {
    return this._map.containerPointToLayerPoint(containerPoint).subtract(DomUtil.getPosition(this.#canvas));
  }

  override onAdd(map: LeafletMap): this {
    const pane = map.getPane(this.#pane.name) ?? map.createPane(this.#pane.name);
    pane.style.zIndex = String(this.#pane.zIndex);
    pane.style.pointerEvents = 'none';
    pane.append(this.#canvas);
    this.#draw();
    return this;
  }

  override onRemove(): this {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#canvas.remove();
    return this;
  }

  override getEvents(): { [name: string]: LeafletEventHandlerFn } {
    return {
      zoomstart: () => {
        this.#isZooming = true;
      },
      zoomanim: (event) => {
        if (isZoomAnimation(event)) this.#follow(event.center, event.zoom);
      },
      zoom: () => this.#follow(this._map.getCenter(), this._map.getZoom()),
      zoomend: () => {
        this.#isZooming = false;
      },
      move: () => this.#refillWhenUncovered(),
      moveend: () => this.#draw(),
      viewreset: () => this.#draw(),
    };
  }

  /** Lays the old picture where its places will be at another centre and zoom. */
  #follow(centre: LatLng, zoom: number): void {
    if (!this.#view) return;
    const map = this._map;
    const panePosition = DomUtil.getPosition(map.getPane('mapPane') ?? this.#canvas);
    const origin = map.project(centre, zoom).subtract(map.getSize().divideBy(2)).add(panePosition).round();
    const scale = map.getZoomScale(zoom, this.#view.zoom);
    DomUtil.setTransform(this.#canvas, this.#corner.multiplyBy(scale).subtract(origin), scale);
  }

  #refillWhenUncovered(): void {
    if (this.#isZooming || !this.#view) return;
    const topLeft = this.toCanvas(point(0, 0));
    const bottomRight = topLeft.add(this._map.getSize());
    const { width, height } = this.#view;
    if (topLeft.x < 0 || topLeft.y < 0 || bottomRight.x > width || bottomRight.y > height) this.requestDraw();
  }

  #draw(): void {
    const map = this._map;
    const size = map.getSize();
    const padding = size.multiplyBy(PADDING).round();
    const position = map.containerPointToLayerPoint(padding.multiplyBy(-1)).round();
    const width = size.x + 2 * padding.x;
    const height = size.y + 2 * padding.y;
    const pixelRatio = window.devicePixelRatio;
    this.#resize(width, height, pixelRatio);
    DomUtil.setPosition(this.#canvas, position);

    const zoom = map.getZoom();
    this.#corner = map.getPixelOrigin().add(position);
    this.#view = {
      scale: WORLD_SIZE_AT_ZOOM_0 * 2 ** zoom,
      left: -this.#corner.x,
      top: -this.#corner.y,
      width,
      height,
      zoom,
      pixelRatio,
    };
    this.#context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    // Sprites lie on whole device pixels and are copied one to one: there is nothing to smooth.
    this.#context.imageSmoothingEnabled = false;
    this.#paint(this.#context, this.#view);
  }

  #resize(width: number, height: number, pixelRatio: number): void {
    const [deviceWidth, deviceHeight] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
    if (this.#canvas.width === deviceWidth && this.#canvas.height === deviceHeight) return;
    this.#canvas.width = deviceWidth;
    this.#canvas.height = deviceHeight;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
  }
}

function isZoomAnimation(event: LeafletEvent): event is ZoomAnimEvent {
  return 'center' in event && 'zoom' in event;
}
