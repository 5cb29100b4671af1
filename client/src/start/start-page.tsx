import type { Session } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { del, nothing } from '../live/api.ts';
import { forgetReceived } from '../live/receipts.ts';
import { Button } from '../parts/button.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { DemoDoors } from './demo-doors.tsx';
import { HOME_OF } from './pages.ts';
import { SignInForm } from './sign-in-form.tsx';
import type { Doors } from './use-doors.ts';
import { useDoors } from './use-doors.ts';
import { Ways } from './ways.tsx';

/** The front door: what this is, who one is here, and where one can go. */
export function StartPage(): ReactNode {
  const { t } = useTranslation(['start', 'common']);
  const { doors, reload } = useDoors();
  useEffect(() => {
    document.title = t('common:product');
  }, [t]);
  return (
    <div className="start">
      <header className="start-head">
        <h1>{t('common:product')}</h1>
        <LanguageSwitch />
        <p>{t('what')}</p>
      </header>
      <main className="start-body">
        <StartBody doors={doors} reload={reload} />
      </main>
    </div>
  );
}

function StartBody({ doors, reload }: { readonly doors: Doors; readonly reload: () => void }): ReactNode {
  const { t } = useTranslation('start');
  switch (doors.state) {
    case 'loading':
      return <Loading what={t('checking')} />;
    case 'failed':
      return <Failed hint={t('form.offline')} onRetry={reload} />;
    case 'known':
      return (
        <>
          <div className="start-doors">
            {doors.isFirstRun && <FirstRun />}
            {doors.session && <SignedIn session={doors.session} onSignedOut={reload} />}
            {doors.demo && <DemoDoors demo={doors.demo} />}
            {!doors.session && !doors.isFirstRun && <SignInForm />}
          </div>
          <Ways role={doors.session?.user.role ?? null} />
        </>
      );
  }
}

function SignedIn({
  session,
  onSignedOut,
}: {
  readonly session: Session;
  readonly onSignedOut: () => void;
}): ReactNode {
  const { t } = useTranslation(['start', 'common', 'words']);
  const { name, role } = session.user;
  const home = HOME_OF[role];
  const signOut = async (): Promise<void> => {
    forgetReceived();
    await del('/api/session', nothing);
    onSignedOut();
  };
  return (
    <section className="start-panel start-signed-in" data-testid="signed-in">
      <p>{t('signedInAs', { name, role: t(`words:role.${role}`) })}</p>
      <p className="start-actions">
        <a className="button" data-kind="main" data-size="normal" href={`/${home}`}>
          {t('goOn', { page: t(`ways.${home}.name`) })}
        </a>
        <Button label={t('common:action.signOut')} onPress={() => signOut().catch(reportError)} />
      </p>
    </section>
  );
}

function FirstRun(): ReactNode {
  const { t } = useTranslation('start');
  return (
    <section className="start-panel" aria-labelledby="first-run-title">
      <h2 id="first-run-title">{t('firstRun.title')}</h2>
      <p>{t('firstRun.hint')}</p>
      <p className="start-actions">
        <a className="button" data-kind="main" data-size="normal" href="/admin">
          {t('firstRun.go')}
        </a>
      </p>
    </section>
  );
}
