import type { Translation } from '../translation.ts';
import type { common as zh } from '../zh/common.ts';

export const common = {
  product: 'Faultline',
  language: {
    label: 'Language',
    'zh-CN': '中文',
    en: 'English',
  },
  action: {
    save: 'Save',
    cancel: 'Cancel',
    close: 'Close',
    confirm: 'Confirm',
    retry: 'Try again',
    search: 'Search',
    back: 'Back',
    signIn: 'Sign in',
    signOut: 'Sign out',
    dismiss: 'Dismiss',
  },
  shortcut: {
    title: 'Key {{key}}',
    letters: 'Single-key shortcuts',
  },
  field: {
    required: 'Required',
    optional: 'Optional',
    choose: 'Choose',
  },
  age: {
    seconds: '{{count}} s ago',
    minutes: '{{count}} min ago',
    hours: '{{count}} h ago',
    days: '{{count}} d ago',
  },
  distance: {
    metres: '{{count}} m',
    kilometres: '{{count}} km',
  },
  unit: {
    minutes: '{{count}} min',
    kmh: '{{count}} km/h',
    tickets: '{{count}} tickets',
    vehicles: '{{count}} vehicles',
  },
  state: {
    emptyTitle: 'Nothing here',
    loading: 'Loading…',
    errorTitle: 'Could not be loaded',
    errorHint: 'Try again; if it keeps failing, tell your administrator.',
    cutOffTitle: 'Cut off',
    cutOffHint:
      'The picture stands at the moment of the break and reconnects by itself; what happened since is unknown.',
  },
  freshness: {
    asOf: 'Data as of {{time}}',
    live: 'Live',
    late: 'Late',
    'cut-off': 'Cut off',
    unknownSince: 'Unknown since {{time}}',
    neverConnected: 'No data received yet',
  },
  notice: {
    region: 'Notices',
  },
  table: {
    segments: 'Segments',
    from: 'From',
    to: 'To',
    over: 'Over',
    result: 'Result',
  },
  bar: {
    caption: 'Segments: time used against budget',
    budgets: 'Budget',
    actual: 'Actual',
    hop: '{{segments}} {{owner}}: budget {{budget}}, used {{spent}}, {{result}}',
    promise: 'Promise {{time}}',
  },
  map: {
    label: 'Map of the district',
    attribution: '© OpenStreetMap contributors · district outlines are schematic',
    refit: 'Fit the view automatically',
    locked: 'View locked',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
  },
} satisfies Translation<typeof zh>;
