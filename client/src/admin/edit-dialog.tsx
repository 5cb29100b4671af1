import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FormRefusal } from './form-refusal.tsx';
import { leave } from './unsaved.ts';
import type { Form } from './use-form.ts';

export interface EditDialogProps<Values> {
  readonly title: string;
  readonly form: Form<Values>;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Beside saving: what else can be done with the same record. */
  readonly extra?: ReactNode;
}

/** One record's form. Closing it asks first when something would be lost. */
export function EditDialog<Values>({ title, form, onClose, children, extra }: EditDialogProps<Values>): ReactNode {
  const { t } = useTranslation('common');
  const close = (): void => leave(onClose);
  return (
    <Dialog
      title={title}
      isOpen
      onClose={close}
      actions={
        <>
          {extra && <span className="admin-extra">{extra}</span>}
          <Button label={t('action.cancel')} onPress={close} />
          <Button
            label={t('action.save')}
            kind="main"
            shortcut="Ctrl+Enter"
            isBusy={form.isBusy}
            onPress={form.submit}
          />
        </>
      }
    >
      <form ref={form.element} className="admin-form" onSubmit={form.onSubmit} noValidate>
        {children}
        <FormRefusal refusal={form.refusal} />
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
