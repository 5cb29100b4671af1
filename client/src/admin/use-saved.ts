import { useTranslation } from 'react-i18next';
import { useNotices } from '../parts/notices.tsx';
import { readOffice } from './office.ts';

/** What follows a saved form: it closes, says so, and the lists are read anew. */
export function useSaved(onClose: () => void): (name: string) => void {
  const { t } = useTranslation('admin');
  return (name) => {
    useNotices.getState().show('done', t('saved', { name }));
    onClose();
    readOffice().catch(reportError);
  };
}
