import { readFileSync } from 'node:fs';
import type { Color } from 'culori';
import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
} from 'culori';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../client/src/style/tokens.css', import.meta.url), 'utf8');

type Theme = 'dark' | 'light';
type Palette = ReadonlyMap<string, Color>;

const palettes: Readonly<Record<Theme, Palette>> = { dark: paletteOf('dark'), light: paletteOf('light') };

/** The colours that the interface's design fixed; everything else follows them. */
const FIXED: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  dark: { ground: '#1e2225', p1: '#ff5c39', p2: '#ffc145', p3: '#6cb8f5', stale: '#8e979e' },
  light: { ground: '#e6e8ea', p1: '#8f1414', p2: '#a86700', p3: '#0063b1', stale: '#5f686e' },
};

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for signs and the edges of controls. */
const TEXT = 4.5;
const SIGN = 3;

/** What stands on what, and how well it must be seen. */
const PAIRS: readonly (readonly [front: string, behind: readonly string[], least: number])[] = [
  ['text', ['ground', 'panel', 'raised'], TEXT],
  ['text-quiet', ['ground', 'panel', 'raised'], TEXT],
  ['p1-text', ['ground', 'panel', 'raised'], TEXT],
  ['p2-text', ['ground', 'panel', 'raised'], TEXT],
  ['p3-text', ['ground', 'panel', 'raised'], TEXT],
  ['stale-text', ['ground', 'panel', 'raised'], TEXT],
  ['on-priority', ['p1', 'p2', 'p3'], TEXT],
  ['on-action', ['action'], TEXT],
  ['map-label', ['map-ground'], TEXT],
  ['text', ['map-ground', 'map-halo'], TEXT],
  ['p1', ['ground', 'panel', 'raised', 'map-ground'], SIGN],
  ['p2', ['ground', 'panel', 'raised', 'map-ground'], SIGN],
  ['p3', ['ground', 'panel', 'raised', 'map-ground'], SIGN],
  ['stale', ['ground', 'panel', 'map-ground'], SIGN],
  ['edge', ['ground', 'panel', 'raised'], SIGN],
  ['kept', ['ground', 'panel', 'map-ground'], SIGN],
  ['budget', ['ground', 'panel'], SIGN],
  ['focus', ['ground', 'panel', 'raised', 'map-ground'], SIGN],
  ['map-district-label', ['map-ground'], SIGN],
  ['vehicle-standby', ['map-ground'], SIGN],
  ['vehicle-travelling', ['map-ground'], SIGN],
  ['vehicle-on-site', ['map-ground'], SIGN],
  ['vehicle-paused', ['map-ground'], SIGN],
  ['vehicle-off-duty', ['map-ground'], SIGN],
];

/** What must not be taken for each other, by anybody: one person in twelve sees one of the last three pictures. */
const TOLD_APART = ['p1', 'p2', 'p3', 'stale'] as const;
const LEAST_DISTANCE = 12;
const EYES: Readonly<Record<string, (colour: Color) => Color | undefined>> = {
  normal: (colour) => colour,
  protan: filterDeficiencyProt(1),
  deutan: filterDeficiencyDeuter(1),
  tritan: filterDeficiencyTrit(1),
};

describe.each(['dark', 'light'] as const)('the %s palette', (theme) => {
  test('holds the colours that the design fixed', () => {
    const held = Object.keys(FIXED[theme]).map((name) => [name, colour(theme, name)]);
    expect(held).toEqual(Object.entries(FIXED[theme]).map(([name, value]) => [name, parse(value)]));
  });

  test.each(PAIRS.flatMap(([front, behind, least]) => behind.map((ground) => ({ front, ground, least }))))(
    '--$front stands out from --$ground by $least',
    ({ front, ground, least }) => {
      expect(wcagContrast(colour(theme, front), colour(theme, ground))).toBeGreaterThanOrEqual(least);
    },
  );

  test.each(Object.keys(EYES))('[D1] priorities and stale are told apart by %s eyes', (eyes) => {
    const see = EYES[eyes];
    const distance = differenceCiede2000();
    const seen = TOLD_APART.map((name) => see?.(colour(theme, name)) ?? colour(theme, name));
    const distances = seen.flatMap((left, at) => seen.slice(at + 1).map((right) => distance(left, right)));
    expect(distances).toHaveLength(6);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(LEAST_DISTANCE);
  });
});

test('both palettes name the same colours', () => {
  expect([...palettes.dark.keys()]).toEqual([...palettes.light.keys()]);
  expect(palettes.dark.size).toBeGreaterThan(30);
});

test('no colour is written anywhere but in the tokens', () => {
  const others = ['base.css', '../parts/parts.css', '../map/map.css'].map((file) =>
    readFileSync(new URL(`../../client/src/style/${file}`, import.meta.url), 'utf8'),
  );
  expect(others.flatMap((text) => text.match(/#[0-9a-f]{3,8}\b/gi) ?? [])).toEqual([]);
});

test('the measures bite: a grey on grey fails and two reds are too near', () => {
  expect(wcagContrast('#777777', '#888888')).toBeLessThan(SIGN);
  expect(differenceCiede2000()('#8f1414', '#8f2014')).toBeLessThan(LEAST_DISTANCE);
});

function paletteOf(theme: Theme): Palette {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  const entries = [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].flatMap(([, name, value]) => {
    const parsed = parse(value ?? '');
    return name && parsed ? [[name, parsed] as const] : [];
  });
  return new Map(entries);
}

function colour(theme: Theme, name: string): Color {
  const found = palettes[theme].get(name);
  if (!found) throw new Error(`the ${theme} palette has no --${name}`);
  return found;
}
