import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import type { PositionFrame } from '@faultline/shared/wire/live.ts';
import { create } from 'zustand';
import { useZone } from '../text/zone.ts';
import { showActivity } from './activity.ts';
import type { BoardState } from './board-state.ts';
import { BLANK } from './board-state.ts';
import { Follower } from './follower.ts';

export const useBoard = create<BoardState>(() => BLANK);

/** Whether ladders would work now; `null` while it is not known. [E7] */
export function useEscalationStatus(): EscalationStatus | null {
  return useBoard((state) => state.escalation);
}

export interface BoardOptions {
  /** Called for every frame, and with all last known positions whenever a board was read. */
  readonly onPositions?: (frame: PositionFrame) => void;
  /** A desk and a crew office attest by it that a ticket has reached them; a wall never does. */
  readonly sendReceipts: boolean;
}

/** How long a command's answer waits for its own event: the person then sees what he did. */
const REACHED_WITHIN: Duration = 3 * SECOND;

let running: Follower | null = null;

/** Follows the district of whoever is signed in, one board per page. @returns what ends it. */
export function startBoard(options: BoardOptions): () => void {
  running?.stop();
  useBoard.setState(BLANK);
  const follower = new Follower({
    sendReceipts: options.sendReceipts,
    onPositions: options.onPositions ?? (() => undefined),
    read: useBoard.getState,
    write: (change) => {
      if (change.district) useZone.getState().setZone(change.district.timeZone);
      useBoard.setState(change);
    },
  });
  running = follower;
  follower.start();
  const endActivity = showActivity();
  return () => {
    endActivity();
    follower.stop();
    if (running === follower) running = null;
  };
}

/** Asks the server now instead of at the next attempt: what "try again" does, and what follows a sign-in. */
export function retryBoard(): void {
  running?.start();
}

/** Resolves when the board has applied row `seq`, or after a short while: what the server has confirmed is done anyhow. */
export async function whenReached(seq: number): Promise<void> {
  await running?.whenReached(seq, REACHED_WITHIN);
}
