import type { Identity, Role } from '@faultline/shared/access/access.ts';
import { can, mayReadCaller, mayReadCallTask, mayReadContactsOf } from '@faultline/shared/access/access.ts';
import type { Feedback } from '@faultline/shared/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.ts';
import { CENTRE, CREW, make, toldTo, USUAL } from './story.ts';

const agent: Identity = { role: 'agent', departmentId: 'service-centre' };
const lead: Identity = { role: 'lead', departmentId: 'service-centre' };
const centre: Identity = { role: 'centre-dispatcher', departmentId: CENTRE };
const otherCentre: Identity = { role: 'centre-dispatcher', departmentId: 'centre-west' };
const crew: Identity = { role: 'crew', departmentId: CREW };
const otherCrew: Identity = { role: 'crew', departmentId: 'crew-west-1' };
const NEVER: readonly Identity[] = (['supervisor', 'admin', 'wall', 'vehicle'] as const).map((role) => ({
  role,
  departmentId: CREW,
}));

describe('the caller behind a ticket is read by', () => {
  const readers = ({ ticket }: Story): Identity[] =>
    [agent, lead, centre, otherCentre, crew, otherCrew, ...NEVER].filter((who) => mayReadCaller(who, ticket()));

  test('[D3] the service centre alone before the issue', () => {
    expect(readers(toldTo({}))).toEqual([agent, lead]);
  });

  test('[D3] the centre that holds it, from the issue on', () => {
    expect(readers(toldTo({ B: 1 }))).toEqual([agent, lead, centre]);
  });

  test('[D3] the crew that holds it, from the dispatch on', () => {
    expect(readers(toldTo({ B: 1, D: 3 }))).toEqual([agent, lead, centre, crew]);
  });

  test('[D3] no crew any more when its leg was taken back', () => {
    const told = toldTo({ B: 1, D: 3 });
    told.must(4, make.recall());
    expect(readers(told)).toEqual([agent, lead, centre]);
  });

  test('[D3] no centre any more when its issue was taken back', () => {
    const told = toldTo({ B: 1 });
    told.must(4, make.returned({ target: 'issue', reason: 'misrouted' }));
    expect(readers(told)).toEqual([agent, lead]);
  });

  test('[D3] the service centre alone when the ticket is closed or cancelled', () => {
    const closed = toldTo(USUAL);
    closed.must(40, make.clear());
    closed.must(41, make.record());
    expect(readers(closed)).toEqual([agent, lead, centre, crew]);
    closed.must(42, make.close());
    expect(readers(closed)).toEqual([agent, lead]);
    const cancelled = toldTo({ B: 1, D: 3 });
    cancelled.must(4, make.cancel());
    expect(readers(cancelled)).toEqual([agent, lead]);
  });
});

describe('a call task is shown to', () => {
  const asked = (kind: Feedback['kind']): Identity[] => {
    const ticket = toldTo({ B: 1, D: 3 }).ticket();
    return [agent, lead, centre, otherCentre, crew, ...NEVER].filter((who) =>
      mayReadCallTask(who, ticket, { kind, issueNo: 1 }),
    );
  };

  test.each(['centre-not-taken', 'centre-not-dispatched'] as const)('[E1] the service centre: %s', (kind) => {
    expect(asked(kind)).toEqual([agent, lead]);
  });

  test.each(['crew-not-accepted', 'crew-not-departed', 'promise-at-risk'] as const)(
    '[E1] the service centre and the centre that sent the ticket on: %s',
    (kind) => expect(asked(kind)).toEqual([agent, lead, centre]),
  );
});

test.each([
  [agent, true, true, true],
  [lead, true, true, true],
  [{ role: 'admin', departmentId: null }, true, true, true],
  [centre, true, false, true],
  [crew, false, false, false],
  [{ role: 'supervisor', departmentId: null }, false, false, false],
  [{ role: 'wall', departmentId: null }, false, false, false],
] as const)('[F16] the numbers of its own, another centre and a crew, for %o', (who, own, another, ofCrew) => {
  expect(mayReadContactsOf(who, { id: CENTRE, kind: 'repair-centre' })).toBe(own);
  expect(mayReadContactsOf(who, { id: 'centre-west', kind: 'repair-centre' })).toBe(another);
  expect(mayReadContactsOf(who, { id: CREW, kind: 'crew' })).toBe(ofCrew);
});

test('[F16] where a vehicle was is read by those who answer for it, and by no wall and no crew', () => {
  const roles: readonly Role[] = [
    'agent',
    'lead',
    'centre-dispatcher',
    'crew',
    'supervisor',
    'admin',
    'wall',
    'vehicle',
  ];
  expect(roles.filter((role) => can(role, 'track.read'))).toEqual(['lead', 'centre-dispatcher', 'supervisor', 'admin']);
});
