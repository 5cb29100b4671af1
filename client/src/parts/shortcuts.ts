import { useEffect, useEffectEvent } from 'react';
import { create } from 'zustand';

/**
 * One listener for all keys of a page. A key belongs to the button that was mounted last, so that a dialog's keys win
 * over those of the page below it. Single letters can be switched off, because a person who speaks to his computer or
 * types without looking must be able to (WCAG 2.1.4).
 */
interface Binding {
  readonly key: string;
  readonly run: () => void;
  /** The element that the key stands for; it is left alone while it is hidden or outside the open dialog. */
  readonly element: () => HTMLElement | null;
}

const LETTERS_KEY = 'faultline.letters';
const bindings: Binding[] = [];

interface LettersState {
  readonly areOn: boolean;
  readonly switchTo: (areOn: boolean) => void;
}

/** Whether single letters work as shortcuts in this browser. */
export const useLetters = create<LettersState>((set) => ({
  areOn: readLetters(),
  switchTo: (areOn) => {
    try {
      localStorage.setItem(LETTERS_KEY, areOn ? 'on' : 'off');
    } catch {
      // A browser that keeps nothing still obeys until it is closed.
    }
    set({ areOn });
  },
}));

function readLetters(): boolean {
  try {
    return localStorage.getItem(LETTERS_KEY) !== 'off';
  } catch {
    return true;
  }
}

/**
 * @param key as `KeyboardEvent.key` has it, a letter in either case, with `Ctrl+` or `Alt+` before it if held; `null`
 * binds nothing.
 */
export function useShortcut(key: string | null, element: () => HTMLElement | null, onKey: () => void): void {
  const run = useEffectEvent(onKey);
  const find = useEffectEvent(element);
  useEffect(() => {
    if (key === null) return;
    const binding: Binding = { key: key.toLowerCase(), run: () => run(), element: () => find() };
    bindings.push(binding);
    if (bindings.length === 1) window.addEventListener('keydown', onKeyDown);
    return () => {
      bindings.splice(bindings.indexOf(binding), 1);
      if (bindings.length === 0) window.removeEventListener('keydown', onKeyDown);
    };
  }, [key]);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.metaKey) return;
  const pressed = nameOf(event);
  const isPlain = !event.ctrlKey && !event.altKey;
  if (isPlain && pressed.length === 1 && (!useLetters.getState().areOn || isTyping(event.target))) return;
  const dialog = openDialog();
  const binding = bindings.findLast(({ key, element }) => {
    const target = element();
    return key === pressed && target !== null && isReachable(target, dialog);
  });
  if (!binding) return;
  event.preventDefault();
  binding.run();
}

function nameOf(event: KeyboardEvent): string {
  const held = `${event.ctrlKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}`;
  return held + event.key.toLowerCase();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

function openDialog(): HTMLElement | null {
  return [...document.querySelectorAll<HTMLElement>('dialog:modal')].at(-1) ?? null;
}

function isReachable(element: HTMLElement, dialog: HTMLElement | null): boolean {
  if (dialog && !dialog.contains(element)) return false;
  return element.checkVisibility();
}
