import { can } from '@faultline/shared/access/access.ts';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard, useEscalationStatus } from '../live/board.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { ContactsSection } from './contacts-section.tsx';
import { DepartmentsSection } from './departments-section.tsx';
import { JournalSection } from './journal-section.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { LinesSection } from './lines-section.tsx';
import type { Office } from './office.ts';
import { readOffice, useOffice } from './office.ts';
import { Overview } from './overview.tsx';
import { PolicySection } from './policy-section.tsx';
import { findingMarks } from './readiness.ts';
import { RehearsalSection } from './rehearsal-section.tsx';
import { RosterSection } from './roster-section.tsx';
import { useHistory, useRoute } from './route.ts';
import { SectionLink } from './section-link.tsx';
import type { Section } from './sections.ts';
import { SECTIONS } from './sections.ts';
import { TradesSection } from './trades-section.tsx';
import { UsersSection } from './users-section.tsx';
import { VehiclesSection } from './vehicles-section.tsx';
import { WallsSection } from './walls-section.tsx';

/** The administrator's page. Others are told whose it is. */
export function AdminPage(): ReactNode {
  const { t } = useTranslation('admin');
  const role = useBoard((state) => state.session?.user.role ?? null);
  if (role === null) return <Loading />;
  if (!can(role, 'organisation.write')) return <Empty title={t('notAllowed.title')} hint={t('notAllowed.hint')} />;
  return <Administration />;
}

function Administration(): ReactNode {
  const { t } = useTranslation(['admin', 'common']);
  const refusalText = useRefusalText();
  const section = useRoute((state) => state.section);
  const { office, refusal } = useOffice();
  useFollowing();
  useHistory();
  const retry = (): void => {
    readOffice().catch(reportError);
  };
  return (
    <div className="admin">
      <SectionNav section={section} office={office} />
      <div className="admin-body">
        <h2>{t(`admin:section.${section}`)}</h2>
        <p className="quiet admin-about">{t(`admin:about.${section}`)}</p>
        {office && refusal && (
          <p className="admin-warning" role="alert">
            {t('admin:stale')} {refusalText(refusal)} <Button label={t('common:action.retry')} onPress={retry} />
          </p>
        )}
        {office && <SectionBody section={section} office={office} />}
        {!office && (refusal ? <Failed hint={refusalText(refusal)} onRetry={retry} /> : <Loading />)}
      </div>
      <LeaveDialog />
    </div>
  );
}

function SectionBody({ section, office }: { readonly section: Section; readonly office: Office }): ReactNode {
  switch (section) {
    case 'overview':
      return <Overview office={office} />;
    case 'departments':
      return <DepartmentsSection office={office} />;
    case 'trades':
      return <TradesSection office={office} />;
    case 'vehicles':
      return <VehiclesSection office={office} />;
    case 'contacts':
      return <ContactsSection office={office} />;
    case 'roster':
      return <RosterSection office={office} />;
    case 'users':
      return <UsersSection office={office} />;
    case 'walls':
      return <WallsSection office={office} />;
    case 'policy':
      return <PolicySection office={office} />;
    case 'rehearsal':
      return <RehearsalSection office={office} />;
    case 'lines':
      return <LinesSection office={office} />;
    case 'journal':
      return <JournalSection />;
  }
}

function SectionNav({ section, office }: { readonly section: Section; readonly office: Office | null }): ReactNode {
  const { t } = useTranslation('admin');
  const findings = useEscalationStatus()?.findings ?? [];
  const marks = office ? findingMarks(office, findings) : {};
  return (
    <nav className="admin-nav" aria-label={t('sections')}>
      {SECTIONS.map((name) => (
        <SectionLink key={name} section={name} isCurrent={name === section}>
          {t(`section.${name}`)}
          {Boolean(marks[name]) && (
            <span className="admin-nav-mark figures">
              {marks[name]}
              <span className="hidden-text">{t('readiness.isMissing')}</span>
            </span>
          )}
        </SectionLink>
      ))}
    </nav>
  );
}

/** Reads the lists at first and after every change that the board has heard of, whoever made it. */
function useFollowing(): void {
  useEffect(() => {
    const read = (): void => {
      readOffice().catch(reportError);
    };
    read();
    // A board that was read anew brings new departments; a ticket's row does not touch them.
    return useBoard.subscribe((state, before) => {
      if (state.departments !== before.departments && state.session !== null) read();
    });
  }, []);
}
