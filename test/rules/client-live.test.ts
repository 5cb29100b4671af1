import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isUnsettled } from '@faultline/shared/ticket/ticket.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import { describe, expect, test } from 'vitest';
import { owedReceipts } from '../../client/src/live/receipts.ts';
import { applyRows, withTicket } from '../../client/src/live/ticket-rows.ts';
import { createViewDeriver } from '../../client/src/live/ticket-view.ts';
import type { Story } from './story.ts';
import { at, CENTRE, CREW, make, story, toldTo, USUAL } from './story.ts';

const ID = 'ticket-1';

function journalOf(told: Story): JournalRow[] {
  return told.journal().map(({ event, by, recordedAt }, index) => ({
    kind: 'ticket',
    seq: index + 1,
    recordedAt,
    ticketId: ID,
    ticketVersion: index + 1,
    by,
    event,
  }));
}

function board(...tickets: Ticket[]): ReadonlyMap<string, Ticket> {
  return new Map(tickets.map((ticket) => [ticket.id, ticket]));
}

describe('rows of the journal', () => {
  test('[A1] make on a console the ticket that the server has', () => {
    const told = toldTo(USUAL);
    const { tickets, toRead } = applyRows(new Map(), journalOf(told));
    expect(tickets.get(ID)).toEqual(told.ticket());
    expect(toRead.size).toBe(0);
  });

  test('[A1] that the snapshot already contained change nothing', () => {
    const told = toldTo({ B: 1, C: 2, D: 3 });
    const { tickets } = applyRows(board(told.ticket()), journalOf(told));
    expect(tickets.get(ID)).toBe(told.ticket());
  });

  test('[D3] that begin in the middle of a ticket ask for the whole of it', () => {
    const rows = journalOf(toldTo({ B: 1, C: 2, D: 3 }));
    const { tickets, toRead } = applyRows(new Map(), rows.slice(2));
    expect(tickets.has(ID)).toBe(false);
    expect(toRead.get(ID)).toBe(rows.length);
  });

  test('[A1] take a ticket off the board when nobody has to act on it any more', () => {
    const told = toldTo(USUAL);
    told.must(40, make.clear(), make.record(), make.close());
    expect(applyRows(new Map(), journalOf(told)).tickets.has(ID)).toBe(false);
  });

  test('[R2] keep a cancelled ticket until its vehicle has confirmed the recall', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(6, make.cancel());
    expect(isUnsettled(told.ticket())).toBe(true);
    told.must(7, make.confirmRecall());
    expect(isUnsettled(told.ticket())).toBe(false);
  });

  test('[A1] of the organisation ask for it to be read anew', () => {
    const change = { what: 'vehicle', id: 'v', how: 'changed' } as const;
    const row: JournalRow = { kind: 'organisation', seq: 1, recordedAt: 0, by: { kind: 'system' }, change };
    expect(applyRows(new Map(), [row]).isOrganisationStale).toBe(true);
    expect(applyRows(new Map(), [{ kind: 'stub', seq: 1 }]).isOrganisationStale).toBe(false);
  });

  test('[A1] an answer that is older than what rows have made does not go back', () => {
    const newer = toldTo({ B: 1, C: 2, D: 3 }).ticket();
    const older = toldTo({ B: 1, C: 2 }).ticket();
    expect(withTicket(board(newer), older).get(ID)).toBe(newer);
    expect(withTicket(board(older), newer).get(ID)).toBe(newer);
  });
});

describe('the receipts an office owes', () => {
  const desk = { role: 'centre-dispatcher', departmentId: CENTRE } as const;
  const crew = { role: 'crew', departmentId: CREW } as const;

  test('[T4] a desk of the centre owes C from the issue until it is given', () => {
    expect(owedReceipts([toldTo({ B: 1 }).ticket()], desk)).toEqual([{ of: 'issue', ticketId: ID, no: 1 }]);
    expect(owedReceipts([toldTo({ B: 1, C: 2 }).ticket()], desk)).toEqual([]);
  });

  test('[T4] a crew office owes E from the dispatch until it is given', () => {
    expect(owedReceipts([toldTo({ B: 1, C: 2, D: 3 }).ticket()], crew)).toEqual([{ of: 'leg', ticketId: ID, no: 1 }]);
    expect(owedReceipts([toldTo({ B: 1, C: 2, D: 3, E: 4 }).ticket()], crew)).toEqual([]);
  });

  test('[T4] nobody else owes anything', () => {
    const ticket = toldTo({ B: 1 }).ticket();
    expect(owedReceipts([ticket], { ...desk, departmentId: 'centre-west' })).toEqual([]);
    for (const role of ['agent', 'lead', 'supervisor', 'admin', 'wall', 'crew'] as const) {
      expect(owedReceipts([ticket], { role, departmentId: CENTRE })).toEqual([]);
    }
  });

  test('[R1] nothing is owed for an issue that was recalled', () => {
    const told = toldTo({ B: 1 });
    told.must(2, make.recall({ target: 'issue', no: 1 }));
    expect(owedReceipts([told.ticket()], desk)).toEqual([]);
  });
});

describe('the views of the board', () => {
  const policies = [FIRST_POLICY];

  test('[B1] stay the same object until something about them changes', () => {
    const derive = createViewDeriver();
    const tickets = board(toldTo({ B: 1, C: 2 }).ticket());
    const first = derive(tickets, policies, at(2));
    expect(derive(tickets, policies, at(2.5))).toBe(first);
    expect(derive(tickets, policies, at(3.5))).not.toBe(first);
  });

  test('[B1] turn at the first instant beyond each limit, never before', () => {
    const derive = createViewDeriver();
    const tickets = board(toldTo({ B: 1, C: 2 }).ticket());
    const stateAt = (instant: number) => derive(tickets, policies, instant)[0]?.budgetState;
    expect(stateAt(at(2))).toBe('in-time');
    expect(stateAt(at(3.5) - 1)).toBe('in-time');
    expect(stateAt(at(3.5))).toBe('warned');
    expect(stateAt(at(4))).toBe('warned');
    expect(stateAt(at(4) + 1)).toBe('late');
  });

  test('[B4] lose a promise at the first instant beyond it', () => {
    const derive = createViewDeriver();
    const tickets = board(toldTo({ B: 1, C: 2 }).ticket());
    const stateAt = (instant: number) => derive(tickets, policies, instant)[0]?.promise.state;
    expect(stateAt(at(45))).toBe('at-risk');
    expect(stateAt(at(45) + 1)).toBe('lost');
  });

  test('[D2] let an acknowledgement lapse when it no longer holds', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(5, make.fireDue);
    for (const key of Object.keys(told.ticket().fired)) told.must(5, make.acknowledge(key));
    const derive = createViewDeriver();
    const alarmAt = (minute: number) => derive(board(told.ticket()), policies, at(minute))[0]?.alarms[0];
    expect(alarmAt(5)?.acknowledged).not.toBeNull();
    expect(alarmAt(10)?.acknowledged).toBeNull();
  });

  test('[B4] put the limit that breaks first on top, and tickets without a limit last', () => {
    const named = (id: string, told: Story) => ({ ...told.ticket(), id });
    const arrived = named('arrived', toldTo(USUAL));
    const driving = named('driving', toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5, G: 7 }));
    const opened = story();
    opened.must(8, make.open());
    const fresh = named('fresh', opened);
    const views = createViewDeriver()(board(arrived, driving, fresh), policies, at(9));
    expect(views.map(({ ticket }) => ticket.id)).toEqual(['fresh', 'driving', 'arrived']);
    expect(views.map(({ urgencyAt }) => urgencyAt)).toEqual([at(10), at(35), Number.POSITIVE_INFINITY]);
  });

  test('[D1] leave a ticket out while the policy that judges it is not known', () => {
    expect(createViewDeriver()(board(toldTo({ B: 1 }).ticket()), [], at(2))).toEqual([]);
  });
});
