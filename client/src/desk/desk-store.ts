import { create } from 'zustand';
import type { Queue } from './queues.ts';
import { QUEUES } from './queues.ts';

/** What the right side is busy with. `issue` and `dispatch` are about the selected ticket. */
export const PANES = ['intake', 'ticket', 'issue', 'dispatch', 'calls'] as const;
export type Pane = (typeof PANES)[number];

/** On a narrow screen one part of the desk is shown at a time. */
export const PARTS = ['queues', 'map', 'work', 'alarms'] as const;
export type Part = (typeof PARTS)[number];

interface DeskState {
  readonly queue: Queue;
  readonly ticketId: string | null;
  readonly vehicleId: string | null;
  readonly pane: Pane;
  readonly part: Part;
  readonly isMuted: boolean;
  readonly isHelpOpen: boolean;
  readonly choose: (
    change: Partial<Pick<DeskState, 'queue' | 'ticketId' | 'vehicleId' | 'part' | 'isMuted' | 'isHelpOpen'>>,
  ) => void;
  /** Turns the right side to something; a narrow screen follows. */
  readonly open: (pane: Pane, ticketId?: string) => void;
}

export const useDesk = create<DeskState>((set) => ({
  queue: 'all',
  ticketId: null,
  vehicleId: null,
  pane: 'ticket',
  part: 'queues',
  isMuted: false,
  isHelpOpen: false,
  choose: (change) => set(change),
  open: (pane, ticketId) =>
    set((state) => ({ pane, part: 'work', ticketId: ticketId ?? state.ticketId, vehicleId: null })),
}));

/** `/desk?ticket=…&pane=…&queue=…`: other pages point at a piece of work by it. */
export function startFromAddress(address: URL): void {
  const { choose, open } = useDesk.getState();
  const pane = PANES.find((known) => known === address.searchParams.get('pane'));
  const queue = QUEUES.find((known) => known === address.searchParams.get('queue'));
  const ticketId = address.searchParams.get('ticket');
  if (queue) choose({ queue });
  if (ticketId !== null) open(pane ?? 'ticket', ticketId);
  else if (pane) open(pane);
}
