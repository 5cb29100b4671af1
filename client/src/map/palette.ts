/** The colours of the map's canvases, read from the page's custom properties: CSS is the one place that names them. */
export interface MapPalette {
  readonly ground: string;
  readonly district: string;
  readonly roadPath: string;
  readonly roadMinor: string;
  readonly roadMiddle: string;
  readonly roadMajor: string;
  readonly label: string;
  readonly districtLabel: string;
  readonly halo: string;
  readonly text: string;
  readonly p1: string;
  readonly p2: string;
  readonly p3: string;
  readonly onPriority: string;
  readonly stale: string;
  readonly kept: string;
  readonly focus: string;
  readonly vehicleEdge: string;
  /** In the order of `VEHICLE_STATES`. */
  readonly vehicle: readonly [string, string, string, string, string];
  readonly font: string;
  /** How much larger than on a desk the map's names are drawn: a wall is read from across the room. */
  readonly textScale: number;
}

/** The text size of a page, in px, up to which names keep a desk's size. */
const DESK_TEXT_PX = 20;

export function readPalette(element: Element): MapPalette {
  const style = getComputedStyle(element);
  const read = (property: string): string => style.getPropertyValue(property).trim();
  return {
    ground: read('--map-ground'),
    district: read('--map-district'),
    roadPath: read('--map-road-path'),
    roadMinor: read('--map-road-minor'),
    roadMiddle: read('--map-road-middle'),
    roadMajor: read('--map-road-major'),
    label: read('--map-label'),
    districtLabel: read('--map-district-label'),
    halo: read('--map-halo'),
    text: read('--text'),
    p1: read('--p1'),
    p2: read('--p2'),
    p3: read('--p3'),
    onPriority: read('--on-priority'),
    stale: read('--stale'),
    kept: read('--kept'),
    focus: read('--focus'),
    vehicleEdge: read('--vehicle-edge'),
    vehicle: [
      read('--vehicle-standby'),
      read('--vehicle-travelling'),
      read('--vehicle-on-site'),
      read('--vehicle-paused'),
      read('--vehicle-off-duty'),
    ],
    font: read('--font-text'),
    textScale: Math.max(1, Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / DESK_TEXT_PX),
  };
}
