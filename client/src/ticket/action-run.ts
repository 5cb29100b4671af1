import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen } from '@faultline/shared/ticket/ticket.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { useCallback, useState } from 'react';
import { create } from 'zustand';
import { get } from '../live/api.ts';
import { submit } from '../live/commands.ts';
import { useNotices } from '../parts/notices.tsx';
import { useRefusalText } from './refusal-text.ts';

type TicketRow = Extract<JournalRow, { kind: 'ticket' }>;

/** An action that met a newer ticket than its person had seen: it waits, whole, for his decision. [T6] */
export interface StaleAction {
  readonly action: PersonalAction;
  readonly seen: Ticket;
  /** The ticket as it is now, and what happened since; `null` until the server has told it. */
  readonly news: {
    readonly ticket: Ticket;
    readonly rows: readonly TicketRow[];
    readonly names: Readonly<Record<string, string>>;
  } | null;
  readonly doneText: string;
  readonly onDone: (() => void) | null;
}

interface RunState {
  /** The ticket on which a command is on its way. */
  readonly busyTicketId: string | null;
  readonly stale: StaleAction | null;
}

export const useRuns = create<RunState>(() => ({ busyTicketId: null, stale: null }));

export interface RunOptions {
  /** Said when it is done. */
  readonly doneText: string;
  /** Called after a yes, also when it came by way of the stale dialog: closes the form that was filled in. */
  readonly onDone?: (() => void) | undefined;
  /** Shows a refusal where the person is looking: in the dialog that covers the page's notices. */
  readonly onRefused?: ((text: string) => void) | undefined;
}

export type Run = (ticket: Ticket, action: PersonalAction, options: RunOptions) => Promise<boolean>;

/**
 * Gives a command and says what came of it. A form stays open, with all that was typed, until the answer is a yes.
 * @returns the run, which resolves to whether the command was taken.
 */
export function useRun(): Run {
  const refusalText = useRefusalText();
  return useCallback(
    async (ticket, action, { doneText, onDone, onRefused }) => {
      if (useRuns.getState().busyTicketId === ticket.id) return false;
      const refusal = await attempt(ticket, action);
      const { show } = useNotices.getState();
      if (refusal === null) {
        show('done', doneText);
        onDone?.();
        return true;
      }
      if (refusal.code === 'stale-revision') {
        useRuns.setState({ stale: { action, seen: ticket, news: null, doneText, onDone: onDone ?? null } });
        await readNews(ticket);
        return false;
      }
      if (onRefused) onRefused(refusalText(refusal));
      else show(refusal.code === 'fault' ? 'fault' : 'refused', `${ticket.report.number}: ${refusalText(refusal)}`);
      return false;
    },
    [refusalText],
  );
}

export interface DialogRun {
  readonly give: (action: PersonalAction, doneText: string) => void;
  readonly isBusy: boolean;
  /** Why the last attempt was refused, until the next one. */
  readonly refusal: string | null;
}

/** A run from within a dialog: closed by a yes, kept open with its reason by a no. */
export function useDialogRun(ticket: Ticket, onClose: () => void): DialogRun {
  const run = useRun();
  const isBusy = useRuns((state) => state.busyTicketId === ticket.id);
  const [refusal, setRefusal] = useState<string | null>(null);
  const give = (action: PersonalAction, doneText: string): void => {
    setRefusal(null);
    void run(ticket, action, { doneText, onDone: onClose, onRefused: setRefusal });
  };
  return { give, isBusy, refusal };
}

async function attempt(ticket: Ticket, action: PersonalAction): Promise<WireRefusal | null> {
  useRuns.setState({ busyTicketId: ticket.id });
  try {
    const answer = await submit(ticket, action);
    return answer.ok ? null : answer.refusal;
  } finally {
    useRuns.setState({ busyTicketId: null });
  }
}

async function readNews(seen: Ticket): Promise<void> {
  const answer = await get(`/api/tickets/${encodeURIComponent(seen.id)}`, ticketAnswerSchema);
  const { stale } = useRuns.getState();
  if (!answer.ok || stale?.seen.id !== seen.id) return;
  const { ticket, journal, names } = answer.value;
  const rows = journal.filter((row) => row.kind === 'ticket').filter((row) => row.ticketVersion > seen.version);
  useRuns.setState({ stale: { ...stale, news: { ticket, rows, names } } });
}

export function leaveStaleAction(): void {
  useRuns.setState({ stale: null });
}

/** Whether the same action can be given again on the ticket as it is now. */
export function canRepeat({ news }: StaleAction): boolean {
  return news !== null && isOpen(news.ticket);
}
