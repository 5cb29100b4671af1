/** A screen and the seat from which it is read. */
export interface Calibration {
  /** Visible diagonal in inches, as screens are sold. */
  readonly diagonalInch: number;
  /** The screen's own pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** From the eye to the screen. */
  readonly seatM: number;
}

/** Arc minutes that the smallest text must fill at the seat (ISO 9241-303 asks for 16 at least and advises 20 to 22). */
const READABLE_ARC_MINUTES = 20;
const MM_PER_INCH = 25.4;
/** Height of a Chinese character's drawing as a share of the font size. */
const GLYPH_SHARE = 0.92;

/**
 * The size of the smallest text in CSS pixels, which is one rem on the wall: 30 px at 55 inches, 1920 × 1080 and 3 m.
 * @param pixelRatio device pixels per CSS pixel.
 */
export function remOf({ diagonalInch, widthPx, heightPx, seatM }: Calibration, pixelRatio: number): number {
  const pitchMm = (diagonalInch * MM_PER_INCH) / Math.hypot(widthPx, heightPx);
  const glyphMm = 2 * seatM * 1_000 * Math.tan((READABLE_ARC_MINUTES / 60 / 2) * (Math.PI / 180));
  return glyphMm / pitchMm / GLYPH_SHARE / pixelRatio;
}

/** What the wall is laid out for: this many lines of text from top to bottom. */
const LINES = 36;
/** Fewer lines than this and the wall no longer fits its screen, whatever the seat. */
const FEWEST_LINES = 27;

/** Without a calibration: a 55-inch screen at 3 m, which every screen of that shape resembles at its usual distance. */
export function defaultRem(viewportHeight: number): number {
  return viewportHeight / LINES;
}

/** The largest text with which the wall still fits; a seat beyond it needs a larger screen. */
export function largestRem(viewportHeight: number): number {
  return viewportHeight / FEWEST_LINES;
}

/** What a person may type: from a laptop to a spliced wall of twelve screens. */
export const LIMITS = {
  diagonalInch: { min: 10, max: 600 },
  widthPx: { min: 640, max: 32_768 },
  heightPx: { min: 480, max: 17_280 },
  seatM: { min: 0.3, max: 40 },
} as const satisfies Record<keyof Calibration, { readonly min: number; readonly max: number }>;

export const CALIBRATION_FIELDS = ['diagonalInch', 'widthPx', 'heightPx', 'seatM'] as const;

/** @returns `null` when a figure is missing or out of its limits. */
export function readCalibration(given: Readonly<Record<string, unknown>>): Calibration | null {
  const figures = CALIBRATION_FIELDS.map((field) => figureOf(given[field], LIMITS[field]));
  const [diagonalInch, widthPx, heightPx, seatM] = figures;
  if (diagonalInch == null || widthPx == null || heightPx == null || seatM == null) return null;
  return { diagonalInch, widthPx, heightPx, seatM };
}

export function figureOf(given: unknown, limits: { readonly min: number; readonly max: number }): number | null {
  const figure = typeof given === 'string' && given.trim() !== '' ? Number(given.replace(',', '.')) : given;
  if (typeof figure !== 'number' || !Number.isFinite(figure)) return null;
  return figure >= limits.min && figure <= limits.max ? figure : null;
}
