import type { UserRole } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page } from './pages.ts';
import { mayOpen, PAGES } from './pages.ts';

/** All pages, so that everybody sees what there is; those that this role does not use say so instead of linking. */
export function Ways({ role }: { readonly role: UserRole | null }): ReactNode {
  const { t } = useTranslation('start');
  return (
    <nav className="start-ways" aria-labelledby="ways-title">
      <h2 id="ways-title">{t('ways.title')}</h2>
      <ul>
        {PAGES.map((page) => (
          <li key={page}>
            <Way page={page} role={role} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Way({ page, role }: { readonly page: Page; readonly role: UserRole | null }): ReactNode {
  const { t } = useTranslation('start');
  const content = (
    <>
      <strong>{t(`ways.${page}.name`)}</strong>
      <span>{t(`ways.${page}.what`)}</span>
    </>
  );
  if (mayOpen(page, role)) {
    return (
      <a className="start-way" href={`/${page}`}>
        {content}
      </a>
    );
  }
  return (
    <div className="start-way" data-closed>
      {content}
      <span className="start-way-closed">{role === null ? t('ways.needsSignIn') : t('ways.notForRole')}</span>
    </div>
  );
}
