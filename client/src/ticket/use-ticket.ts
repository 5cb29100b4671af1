import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { TicketAnswer } from '@faultline/shared/wire/http.ts';
import { ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import { useCallback, useEffect, useState } from 'react';
import { get } from '../live/api.ts';
import { useBoard } from '../live/board.ts';

export interface TicketReading {
  readonly answer: TicketAnswer | null;
  /** The newest state that this page knows: the board's while it is open, else the answer's. */
  readonly ticket: Ticket | null;
  readonly refusal: WireRefusal | null;
  readonly retry: () => void;
}

/** A ticket with its journal; read again whenever the board has carried the ticket further. */
export function useTicket(id: string): TicketReading {
  const onBoard = useBoard((state) => state.tickets.get(id) ?? null);
  const [reading, setReading] = useState<Pick<TicketReading, 'answer' | 'refusal'>>({ answer: null, refusal: null });
  const [round, setRound] = useState(0);
  const version = onBoard?.version ?? null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer version and another try both mean reading again.
  useEffect(() => {
    const leaving = new AbortController();
    const read = async (): Promise<void> => {
      const answer = await get(`/api/tickets/${encodeURIComponent(id)}`, ticketAnswerSchema, {
        signal: leaving.signal,
      });
      if (leaving.signal.aborted) return;
      setReading((before) =>
        answer.ok ? { answer: answer.value, refusal: null } : { answer: before.answer, refusal: answer.refusal },
      );
    };
    void read();
    return () => leaving.abort();
  }, [id, version, round]);

  const retry = useCallback(() => setRound((before) => before + 1), []);
  const { answer, refusal } = reading;
  const isBoardNewer = onBoard !== null && onBoard.version >= (answer?.ticket.version ?? 0);
  return { answer, ticket: isBoardNewer ? onBoard : (answer?.ticket ?? null), refusal, retry };
}
