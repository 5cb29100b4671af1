import { useEffect, useSyncExternalStore } from 'react';
import { create } from 'zustand';
import type { Calibration } from './calibration.ts';
import { defaultRem, largestRem, readCalibration, remOf } from './calibration.ts';

const CALIBRATION_KEY = 'faultline.wall.calibration';
/** Narrower than this the page is an overview in one column, held in a hand. */
const ONE_COLUMN = '(max-width: 60rem), (max-aspect-ratio: 1/1)';

interface CalibrationState {
  /** `null`: nobody has measured this screen. */
  readonly calibration: Calibration | null;
  readonly use: (calibration: Calibration | null) => void;
}

/** How this screen is set up; kept in its browser, because it belongs to the screen and not to a person. */
export const useCalibration = create<CalibrationState>((set) => ({
  calibration: storedCalibration(),
  use: (calibration) => {
    try {
      if (calibration) localStorage.setItem(CALIBRATION_KEY, JSON.stringify(calibration));
      else localStorage.removeItem(CALIBRATION_KEY);
    } catch {
      // A browser that keeps nothing obeys until it is closed.
    }
    set({ calibration });
  },
}));

function storedCalibration(): Calibration | null {
  try {
    const content: unknown = JSON.parse(localStorage.getItem(CALIBRATION_KEY) ?? 'null');
    return typeof content === 'object' && content !== null ? readCalibration({ ...content }) : null;
  } catch {
    return null;
  }
}

export interface RemSize {
  readonly px: number;
  readonly isOneColumn: boolean;
}

/** Sets the page's rem to a readable height at the seat, and holds it there when the window changes. */
export function useRem(): RemSize {
  const calibration = useCalibration((state) => state.calibration);
  const isOneColumn = useSyncExternalStore(subscribeToSize, () => matchMedia(ONE_COLUMN).matches);
  const height = useSyncExternalStore(subscribeToSize, () => window.innerHeight);
  const px = isOneColumn ? HAND_REM : wallRem(calibration, height);
  useEffect(() => {
    document.documentElement.style.setProperty('--root-size', `${px}px`);
  }, [px]);
  return { px, isOneColumn };
}

/** Browsers' own size, for a phone or a narrow window. */
const HAND_REM = 16;
/** A small window on a desk is looked at from nearby; below this nothing can be read from anywhere. */
const SMALLEST_REM = 12;

function wallRem(calibration: Calibration | null, height: number): number {
  const wanted = calibration ? remOf(calibration, window.devicePixelRatio) : defaultRem(height);
  return Math.round(Math.max(SMALLEST_REM, Math.min(wanted, largestRem(height))) * 10) / 10;
}

function subscribeToSize(onChange: () => void): () => void {
  window.addEventListener('resize', onChange);
  return () => window.removeEventListener('resize', onChange);
}
