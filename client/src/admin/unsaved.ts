import { useEffect } from 'react';
import { create } from 'zustand';

interface UnsavedState {
  readonly isDirty: boolean;
  /** What the person asked for while something was unsaved; it waits for his answer. */
  readonly leaving: (() => void) | null;
}

/** Whether the page holds something typed that the server does not have; one form is open at a time. */
export const useUnsaved = create<UnsavedState>(() => ({ isDirty: false, leaving: null }));

/** Does it at once when nothing would be lost, else after the person has agreed to lose it. */
export function leave(run: () => void): void {
  if (useUnsaved.getState().isDirty) useUnsaved.setState({ leaving: run });
  else run();
}

/** Declares the open form's state; a form that goes away takes its unsaved words with it. */
export function useDeclareUnsaved(isDirty: boolean): void {
  useEffect(() => {
    useUnsaved.setState({ isDirty });
    if (!isDirty) return;
    // The browser asks in its own words before the page is closed or another one opened.
    const onBeforeUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', onBeforeUnload);
    return () => {
      window.removeEventListener('beforeunload', onBeforeUnload);
      useUnsaved.setState({ isDirty: false });
    };
  }, [isDirty]);
}
