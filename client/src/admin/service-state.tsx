import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** In service or not, in words and by shape. */
export function ServiceState({ isActive }: { readonly isActive: boolean }): ReactNode {
  const { t } = useTranslation('admin');
  return (
    <span className="admin-state" data-active={isActive}>
      {t(isActive ? 'state.active' : 'state.retired')}
    </span>
  );
}
