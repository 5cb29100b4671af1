import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { retryBoard, useBoard } from '../live/board.ts';
import type { Freshness } from '../live/freshness.ts';
import { FreshnessBar } from '../parts/freshness-bar.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { NoticeRegion } from '../parts/notices.tsx';
import { CutOff, Failed, Loading } from '../parts/states.tsx';
import './page-shell.css';

export interface PageShellProps {
  readonly title: string;
  /** Names the page for its own styles. */
  readonly page: string;
  readonly links: ReactNode;
  readonly children: ReactNode;
}

/** The frame of a page that follows the board: who is signed in, how fresh the data is, and what stands in its way. */
export function PageShell({ title, page, links, children }: PageShellProps): ReactNode {
  const status = useBoard((state) => state.status);
  const dataAsOf = useBoard((state) => state.dataAsOf);
  return (
    <div className="page" data-page={page} data-status={status}>
      <header className="page-head">
        <h1>{title}</h1>
        <nav className="page-links screen-only">{links}</nav>
        <Who />
        {isFreshness(status) && <FreshnessBar freshness={status} dataAt={dataAsOf} />}
        <LanguageSwitch />
      </header>
      {status === 'cut-off' && <CutOff since={dataAsOf} />}
      <BoardGate>{children}</BoardGate>
      <NoticeRegion />
    </div>
  );
}

function Who(): ReactNode {
  const { t } = useTranslation('words');
  const user = useBoard((state) => state.session?.user ?? null);
  if (!user) return null;
  return (
    <span className="page-who">
      {user.name} · {t(`role.${user.role}`)}
    </span>
  );
}

/** Lets its children stand once there is a board, and says what to do while there is none. */
function BoardGate({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useTranslation('ticket');
  const status = useBoard((state) => state.status);
  const hasBoard = useBoard((state) => state.session !== null && state.district !== null);
  if (status === 'signed-out') {
    return (
      <main className="state" data-state="signed-out">
        <p className="state-title">{t('shell.signedOut')}</p>
        <p>
          <a href="/">{t('shell.signIn')}</a>
        </p>
      </main>
    );
  }
  if (hasBoard) return children;
  return <main>{status === 'failed' ? <Failed onRetry={retryBoard} /> : <Loading />}</main>;
}

function isFreshness(status: string): status is Freshness {
  return status === 'live' || status === 'late' || status === 'cut-off';
}
