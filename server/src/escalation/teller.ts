import { strongestYes, yesOf } from '@faultline/shared/escalation/keys.ts';
import type { KeyOne, Language, SpokenTicket } from '@faultline/shared/escalation/script.ts';
import {
  alreadyDoneOf,
  answerOf,
  detailsOf,
  openingOf,
  sentenceAbout,
  testOpeningOf,
  testThanksOf,
  testUnknownKeyOf,
  unknownKeyOf,
} from '@faultline/shared/escalation/script.ts';
import type { Actor, Feedback, TicketEventType } from '@faultline/shared/ticket/ticket.ts';
import type { Clock } from '../clock.ts';
import type { Directory } from '../organisation/directory.ts';
import type { CallRow } from '../store/call-store.ts';
import type { OpenLadder } from './ladder-book.ts';
import { stillSince } from './ladder-book.ts';
import type { CallTeller } from './placing.ts';
import type { YesResult } from './scribe.ts';

/** Finds the words of a call for what the rules know of it; the sentences themselves stand in `script.ts`. */
export interface Teller extends CallTeller {
  details(row: CallRow, hops: readonly OpenLadder[], keyOne: KeyOne): string;
  unknownKey(row: CallRow, hops: readonly OpenLadder[], keyOne: KeyOne): string;
  /** What the yes came to, and behind it what to do: address and fault. */
  afterYes(row: CallRow, results: readonly YesResult[], hops: readonly OpenLadder[], pauseMin: number): string;
  refused(language: Language): string;
  notWritten(language: Language): string;
  testThanks(language: Language): string;
  testUnknownKey(language: Language): string;
  /** For whoever is on the phone about a hop that has just ended: by whose deed, or that it waits no longer. */
  alreadyDone(language: Language, feedback: Pick<Feedback, 'kind' | 'ended'>, by: Actor): string;
}

export function createTeller(parts: {
  readonly directory: Directory;
  readonly clock: Clock;
  /** How many hops wait for a number, the ones of this call included. */
  readonly waitingFor: (phone: string) => number;
}): Teller {
  const { directory, clock } = parts;

  const nameOfDepartment = (departmentId: string, language: Language): string =>
    directory.department(departmentId)?.name[language] ?? '';

  const nameOf = (by: Actor): string | null => {
    switch (by.kind) {
      case 'person':
        return directory.user(by.id)?.name ?? null;
      case 'device':
        return directory.vehicle(by.id)?.callSign ?? null;
      case 'phone':
        return directory.contact(by.id)?.name ?? null;
      case 'system':
        return null;
    }
  };

  const alreadyDone: Teller['alreadyDone'] = (language, { kind, ended }, by) => {
    const isDeed = ended !== null && DEEDS.has(ended.cause);
    return alreadyDoneOf({ language, byWhom: isDeed ? nameOf(by) : null, kind });
  };

  const answerToYes = (results: readonly YesResult[], pauseMin: number, language: Language): string => {
    const waiting = results.filter(({ what }) => what !== 'no-longer-waiting');
    const done = waiting.filter(({ what }) => what !== 'acknowledged');
    const [first] = results;
    if (waiting.length === 0) {
      const known = first?.what === 'no-longer-waiting' && results.length === 1 ? first : null;
      return known?.feedback
        ? alreadyDone(language, known.feedback, known.by)
        : alreadyDoneOf({ language, byWhom: null, kind: 'crew-not-accepted' });
    }
    if (done.length === 0) return answerOf({ type: 'acknowledged', pauseMin }, language);
    if (done.length < results.length) {
      return answerOf({ type: 'partly', doneCount: done.length, count: results.length }, language);
    }
    return answerOf({ type: first?.what === 'taken' ? 'taken' : 'accepted' }, language);
  };

  return {
    opening({ purpose, person, callee, hops: ordered }, hops) {
      const roleOf = new Map(ordered.map(({ open, callee: meant }) => [open.id, meant.contactRole]));
      const { language, departmentId, phone } = person;
      const departmentName = nameOfDepartment(departmentId, language);
      if (purpose === 'test') return testOpeningOf({ language, departmentName, contactName: callee.contactName });
      return openingOf({
        tickets: hops.map(spoken),
        // Who dropped out while the call was written down waits no longer.
        waitingCount: Math.max(hops.length, parts.waitingFor(phone) - (ordered.length - hops.length)),
        departmentName,
        language,
        keyOne: strongestYes(
          hops.map(({ id, feedback }) => yesOf(feedback.kind, roleOf.get(id) ?? callee.contactRole)),
        ),
        now: clock.now(),
      });
    },
    about: (open, language) => sentenceAbout(spoken(open), language, clock.now()),
    details: ({ language }, hops, keyOne) => detailsOf(hops.map(spoken), language, { keyOne }),
    unknownKey: ({ language }, hops, keyOne) => unknownKeyOf({ language, keyOne, tickets: hops.map(spoken) }),
    afterYes({ language }, results, hops, pauseMin) {
      const details = detailsOf(hops.map(spoken), language);
      return [answerToYes(results, pauseMin, language), details].filter((text) => text !== '').join(' ');
    },
    refused: (language) => answerOf({ type: 'refused' }, language),
    notWritten: (language) => answerOf({ type: 'not-written' }, language),
    testThanks: testThanksOf,
    testUnknownKey: testUnknownKeyOf,
    alreadyDone,
  };
}

/** What ends a feedback because the hop was done; everything else takes the ticket away from its receiver. */
const DEEDS: ReadonlySet<TicketEventType> = new Set<TicketEventType>([
  'taken',
  'dispatched',
  'accepted',
  'departed',
  'arrived',
  'cleared',
]);

function spoken(open: OpenLadder): SpokenTicket {
  const { number, place, faultClass, faultText } = open.ticket.report;
  const { area, street } = place;
  return { number, area, street, faultClass, faultText, kind: open.feedback.kind, since: stillSince(open) };
}
