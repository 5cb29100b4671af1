import type { Feature, LabelRule, PaintRule } from 'protomaps-leaflet';
import { CenteredTextSymbolizer, exp, LineLabelSymbolizer, LineSymbolizer } from 'protomaps-leaflet';
import type { MapPalette } from './palette.ts';

/** How wide a road is drawn: pairs of zoom and CSS pixels, between which the width grows exponentially. */
type Widths = [zoom: number, pixels: number][];
const GROWTH = 1.5;

const WIDTHS: Readonly<Record<'path' | 'minor' | 'tertiary' | 'secondary' | 'primary' | 'trunk', Widths>> = {
  path: [
    [15, 0.6],
    [18, 2],
  ],
  minor: [
    [13, 0.5],
    [15, 1.6],
    [18, 7],
  ],
  tertiary: [
    [11, 0.4],
    [14, 2],
    [18, 10],
  ],
  secondary: [
    [10, 0.5],
    [14, 2.6],
    [18, 12],
  ],
  primary: [
    [9, 0.6],
    [14, 3.4],
    [18, 15],
  ],
  trunk: [
    [8, 0.8],
    [14, 4.2],
    [18, 18],
  ],
};
const LINK_SHARE = 0.6;

const kindIs =
  (...kinds: readonly string[]) =>
  (_zoom: number, feature: Feature): boolean =>
    kinds.includes(String(feature.props['kind']));

function roads(color: string, widths: Widths, filter: PaintRule['filter'], minzoom: number): PaintRule {
  const width = exp(GROWTH, widths);
  return {
    dataLayer: 'roads',
    minzoom,
    ...(filter ? { filter } : {}),
    symbolizer: new LineSymbolizer({
      color,
      width: (zoom, feature) => width(zoom) * (feature?.props['link'] === true ? LINK_SHARE : 1),
      lineCap: 'round',
      lineJoin: 'round',
      perFeature: true,
    }),
  };
}

/** From the bottom up. The streets stay behind what they carry: close to the ground, without a saturated colour. */
export function paintRules(palette: MapPalette): PaintRule[] {
  return [
    {
      dataLayer: 'districts',
      symbolizer: new LineSymbolizer({ color: palette.district, width: 1, dash: [6, 4] }),
    },
    roads(palette.roadPath, WIDTHS.path, kindIs('path'), 15),
    roads(palette.roadMinor, WIDTHS.minor, kindIs('minor'), 13),
    roads(palette.roadMiddle, WIDTHS.tertiary, kindIs('tertiary'), 11),
    roads(palette.roadMiddle, WIDTHS.secondary, kindIs('secondary'), 10),
    roads(palette.roadMajor, WIDTHS.primary, kindIs('primary'), 8),
    roads(palette.roadMajor, WIDTHS.trunk, kindIs('trunk', 'motorway'), 6),
  ];
}

function streetNames(palette: MapPalette, filter: LabelRule['filter'], minzoom: number, size: number): LabelRule {
  const fontSize = size * palette.textScale;
  return {
    dataLayer: 'roads',
    minzoom,
    ...(filter ? { filter } : {}),
    symbolizer: new LineLabelSymbolizer({
      labelProps: ['name'],
      fontFamily: palette.font,
      fontSize,
      fontWeight: 400,
      fill: palette.label,
      stroke: palette.halo,
      width: 3,
      offset: -(fontSize * 0.36),
      repeatDistance: 500 * palette.textScale,
    }),
  };
}

/** The first rule wins the place: districts, then the wider roads. */
export function labelRules(palette: MapPalette): LabelRule[] {
  return [
    {
      dataLayer: 'district_labels',
      maxzoom: 13,
      symbolizer: new CenteredTextSymbolizer({
        labelProps: ['name'],
        fontFamily: palette.font,
        fontSize: 15 * palette.textScale,
        fontWeight: 600,
        fill: palette.districtLabel,
        stroke: palette.halo,
        width: 3,
      }),
    },
    streetNames(palette, kindIs('motorway', 'trunk'), 12, 12),
    streetNames(palette, kindIs('primary', 'secondary'), 13, 12),
    streetNames(palette, kindIs('tertiary'), 14, 11.5),
    streetNames(palette, kindIs('minor'), 16, 11),
  ];
}
