import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRow } from '@faultline/server/src/store/call-store.ts';
import { createCallStore } from '@faultline/server/src/store/sqlite/call-store.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';

const EVERY_CALL = 1_000_000;

/** The rows of calls as a dead server has left them, and where they contradict themselves or the journals. */
export interface CallAudit {
  readonly problems: readonly string[];
  readonly calls: readonly CallRow[];
}

/**
 * Looks at a copy of the files that nobody writes to any more.
 * @param tickets all of the district, as their journals tell them
 */
export async function auditCalls(
  dataDir: string,
  district: string,
  tickets: ReadonlyMap<string, Ticket>,
): Promise<CallAudit> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-calls-'));
  try {
    for (const name of ['faultline.db', 'faultline.db-wal']) {
      if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(folder, name));
    }
    const database = openDatabase(join(folder, 'faultline.db'));
    const calls = await createCallStore(database).recentCalls(district, EVERY_CALL);
    database.close();
    return { calls, problems: [...numberProblems(calls), ...attemptProblems(calls, tickets)] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One person is never rung twice at the same moment, whatever crashed between two calls. [E5] */
function numberProblems(calls: readonly CallRow[]): readonly string[] {
  const live = calls.filter(({ endedAt, line }) => endedAt === null && line !== 'manual');
  return [...Map.groupBy(live, ({ phone }) => phone)]
    .filter(([, ofNumber]) => ofNumber.length > 1)
    .map(([phone, ofNumber]) => `${phone} is in ${ofNumber.length} calls`);
}

/** A call is a row before it is an attempt, and an attempt ends before its row does: a crash leaves nothing unowned. [E6] */
function attemptProblems(calls: readonly CallRow[], tickets: ReadonlyMap<string, Ticket>): readonly string[] {
  const rows = new Map(calls.map((row) => [row.id, row]));
  return [...tickets.values()].flatMap(({ id, feedbacks }) =>
    feedbacks.flatMap(({ attempts }) =>
      attempts.flatMap(({ callId, outcome, line }) => {
        if (callId === null || line === '') return [];
        const row = rows.get(callId);
        if (row === undefined) return [`${id}: the call ${callId} has no row`];
        return outcome === null && row.endedAt !== null ? [`${id}: ${callId} has ended and its attempt has not`] : [];
      }),
    ),
  );
}

/** What must not be left when everybody has hung up: an attempt or a call that never came to an end. */
export function unended(calls: readonly CallRow[], tickets: ReadonlyMap<string, Ticket>): readonly string[] {
  const open = calls.filter(({ endedAt, outcome }) => endedAt === null || outcome === null);
  const attempts = [...tickets.values()].flatMap(({ feedbacks }) => feedbacks.flatMap((feedback) => feedback.attempts));
  return [
    ...open.map(({ id, line }) => `the call ${id} on ${line} has no end`),
    ...attempts.filter(({ outcome }) => outcome === null).map(({ callId }) => `the attempt ${callId} has no outcome`),
  ];
}
