import type { ReactNode } from 'react';
import { useRef } from 'react';
import { useLetters, useShortcut } from './shortcuts.ts';

export interface ButtonProps {
  readonly label: ReactNode;
  /** What a screen reader says when the label alone is a symbol. */
  readonly name?: string;
  readonly onPress?: () => void;
  /** The key that does the same; it is shown on the button. */
  readonly shortcut?: string;
  readonly kind?: 'plain' | 'main' | 'danger';
  readonly size?: 'normal' | 'large';
  readonly type?: 'button' | 'submit';
  readonly isDisabled?: boolean;
  /** The command is on its way; a second press does nothing. */
  readonly isBusy?: boolean;
  readonly isPressed?: boolean;
}

export function Button(props: ButtonProps): ReactNode {
  const { label, name, onPress, shortcut = null, kind = 'plain', size = 'normal', type = 'button' } = props;
  const element = useRef<HTMLButtonElement>(null);
  const isInert = props.isDisabled === true || props.isBusy === true;
  const areLettersOn = useLetters((state) => state.areOn);
  const isKeyLive = shortcut !== null && (shortcut.length > 1 || areLettersOn);
  useShortcut(
    isInert ? null : shortcut,
    () => element.current,
    () => element.current?.click(),
  );
  return (
    <button
      ref={element}
      type={type}
      className="button"
      data-kind={kind}
      data-size={size}
      aria-label={name}
      aria-busy={props.isBusy}
      // A button that lost the focus by being pressed would throw a keyboard's user back to the top of the page.
      aria-disabled={isInert || undefined}
      aria-pressed={props.isPressed}
      aria-keyshortcuts={isKeyLive ? shortcut.replace('Ctrl', 'Control') : undefined}
      onClick={(event) => {
        if (isInert) event.preventDefault();
        else onPress?.();
      }}
    >
      <span>{label}</span>
      {isKeyLive && (
        // Drawn by the style sheet: as text it would be part of the label, which a spoken name has to contain.
        <span
          className="button-key"
          aria-hidden="true"
          data-key={shortcut.length === 1 ? shortcut.toUpperCase() : shortcut}
        />
      )}
    </button>
  );
}
