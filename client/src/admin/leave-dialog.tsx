import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useUnsaved } from './unsaved.ts';

/** Once per page: asks before typed words are thrown away. */
export function LeaveDialog(): ReactNode {
  const { t } = useTranslation('admin');
  const leaving = useUnsaved((state) => state.leaving);
  const stay = (): void => useUnsaved.setState({ leaving: null });
  const discard = (): void => {
    useUnsaved.setState({ leaving: null, isDirty: false });
    leaving?.();
  };
  return (
    <Dialog
      title={t('unsaved.title')}
      isOpen={leaving !== null}
      onClose={stay}
      actions={
        <>
          <Button label={t('unsaved.discard')} kind="danger" onPress={discard} />
          <Button label={t('unsaved.stay')} kind="main" onPress={stay} />
        </>
      }
    >
      <p>{t('unsaved.hint')}</p>
    </Dialog>
  );
}
