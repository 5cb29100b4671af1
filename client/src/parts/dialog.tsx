import type { ReactNode } from 'react';
import { useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Called by Escape, by the closing button and by nothing else: a slip of the pointer loses nothing typed. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The buttons that decide; the closing button stands above. */
  readonly actions?: ReactNode;
}

const FIRST_FIELD = '.dialog-body :is(input, select, textarea, button)';

/** A modal dialog. The browser keeps the focus inside and gives it back where it came from. */
export function Dialog({ title, isOpen, onClose, children, actions }: DialogProps): ReactNode {
  const { t } = useTranslation('common');
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useLayoutEffect(() => {
    const dialog = element.current;
    if (!dialog || !isOpen) return;
    dialog.showModal();
    // The browser would begin at the closing button; a keyboard's user came to fill something in.
    dialog.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    // Closing, also when the page takes the whole dialog away, gives the focus back.
    return () => dialog.close();
  }, [isOpen]);

  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {isOpen && (
        <>
          <header className="dialog-head">
            <h2 id={titleId}>{title}</h2>
            <Button label="✕" name={t('action.close')} onPress={onClose} />
          </header>
          <div className="dialog-body">{children}</div>
          {actions && <footer className="dialog-actions">{actions}</footer>}
        </>
      )}
    </dialog>
  );
}
