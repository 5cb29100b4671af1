import { useSyncExternalStore } from 'react';
import { useBoard } from './board.ts';
import { serverClock } from './clock.ts';
import type { TicketView } from './ticket-view.ts';
import { createViewDeriver } from './ticket-view.ts';

const derive = createViewDeriver();

/** One derivation for the whole page, however many components read it. */
function readViews(): readonly TicketView[] {
  const { tickets, policies } = useBoard.getState();
  return derive(tickets, policies, serverClock.second());
}

function subscribe(onChange: () => void): () => void {
  const stopBoard = useBoard.subscribe(onChange);
  const stopClock = serverClock.subscribe(onChange);
  return () => {
    stopBoard();
    stopClock();
  };
}

/** The tickets of the board as the rules see them now, the most urgent first. The array changes only when a view does. */
export function useTicketViews(): readonly TicketView[] {
  return useSyncExternalStore(subscribe, readViews);
}

/** The view of one ticket; `null` while it is not on the board. Renders only when it changes. */
export function useTicketView(id: string | null): TicketView | null {
  return useSyncExternalStore(subscribe, () => readViews().find(({ ticket }) => ticket.id === id) ?? null);
}
