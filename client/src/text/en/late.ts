import type { Translation } from '../translation.ts';
import type { late as zh } from '../zh/late.ts';

export const late = {
  title: 'Late hops',
  stale: 'This is what was read last time.',
  notAllowed: {
    title: 'Your role cannot see late hops',
    hint: 'This page is for supervisors, shift leads and centre dispatchers.',
  },
  reversed: {
    title: 'The period runs backwards',
    hint: 'Its end must lie after its beginning.',
  },
  filter: {
    title: 'Filters',
    period: 'Period',
    lastHour: 'Last hour',
    lastDay: 'Last 24 hours',
    today: 'Today',
    lastWeek: 'Last 7 days',
    from: 'Hung up from',
    to: 'until',
    segment: 'Segment',
    department: 'Department',
    areaClass: 'Area class',
    all: 'All',
    clear: 'Clear filters',
  },
  figures: {
    truncated:
      'More tickets lie in this span than can be judged at once; the older ones are left out. Choose a shorter span.',
    title: 'How the segments were kept',
    hint_one:
      '{{count}} ticket from {{from}} to {{to}}; by period and area class, whatever segment or department is chosen.',
    hint_other:
      '{{count}} tickets from {{from}} to {{to}}; by period and area class, whatever segment or department is chosen.',
    kept: 'Within budget',
    mean: 'Mean',
    excluded: 'Not counted',
    running_one: '{{count}} running',
    running_other: '{{count}} running',
    joint_one: '{{count}} judged jointly',
    joint_other: '{{count}} judged jointly',
    brokenOff_one: '{{count}} returned, recalled or cancelled',
    brokenOff_other: '{{count}} returned, recalled or cancelled',
  },
  hops: {
    title: 'Late hops',
    chargedTo: 'Charged to',
    effect: 'Effect on the promise',
    emptyTitle: 'No late hops',
    emptyHint: 'Every hop in this range kept its budget, or there were no tickets. Try a longer period.',
    first: 'The {{count}} longest of {{all}}; narrow the filters to see the others.',
  },
} satisfies Translation<typeof zh>;
