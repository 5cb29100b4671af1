import { create } from 'zustand';
import { serverClock } from '../live/clock.ts';
import type { IntakeDraft } from './intake-draft.ts';
import { BLANK_DRAFT, readDraft } from './intake-draft.ts';

interface IntakeState {
  readonly draft: IntakeDraft;
  /** The draft was found in this browser after a reload; the page says so once. */
  readonly isRestored: boolean;
  readonly change: (change: Partial<IntakeDraft>) => void;
  readonly clear: () => void;
}

const KEY = 'faultline.intake';

export const useIntake = create<IntakeState>((set) => ({
  draft: BLANK_DRAFT,
  isRestored: false,
  change: (change) => set(({ draft }) => ({ draft: { ...draft, ...change } })),
  clear: () => {
    forget();
    set({ draft: BLANK_DRAFT, isRestored: false });
  },
}));

/**
 * Brings back what this person had typed and keeps it every second while it changes. Another person's draft is not
 * shown to him: it holds a caller's data. @returns what ends the keeping.
 */
export function keepIntake(userId: string): () => void {
  const restored = readKept(userId);
  useIntake.setState({ draft: restored ?? BLANK_DRAFT, isRestored: restored !== null });
  let kept = useIntake.getState().draft;
  const keep = (): void => {
    const { draft } = useIntake.getState();
    if (draft === kept) return;
    kept = draft;
    if (draft === BLANK_DRAFT) return forget();
    try {
      localStorage.setItem(KEY, JSON.stringify({ userId, draft }));
    } catch {
      // A browser that keeps nothing loses the draft at a reload; it must not lose the page.
    }
  };
  const stopClock = serverClock.subscribe(keep);
  window.addEventListener('pagehide', keep);
  return () => {
    keep();
    stopClock();
    window.removeEventListener('pagehide', keep);
  };
}

function readKept(userId: string): IntakeDraft | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (kept === null) return null;
    const isMine = typeof kept === 'object' && 'userId' in kept && kept.userId === userId && 'draft' in kept;
    return (isMine ? readDraft(kept.draft) : null) ?? forgotten();
  } catch {
    return forgotten();
  }
}

function forgotten(): null {
  forget();
  return null;
}

function forget(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
