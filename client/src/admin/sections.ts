export const SECTIONS = [
  'overview',
  'departments',
  'trades',
  'vehicles',
  'contacts',
  'roster',
  'users',
  'walls',
  'policy',
  'rehearsal',
  'lines',
  'journal',
] as const;
export type Section = (typeof SECTIONS)[number];

/** `/admin` is the overview, `/admin/vehicles` the vehicles; an address that nothing has leads to the overview. */
export function sectionOf(path: string): Section {
  const name = path.split('/')[2] ?? '';
  return SECTIONS.find((section) => section === name) ?? 'overview';
}

export function pathOf(section: Section): string {
  return section === 'overview' ? '/admin' : `/admin/${section}`;
}
