import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { startBoard } from '../live/board.ts';
import { Failed, Loading } from '../parts/states.tsx';
import { admin as adminEn } from '../text/en/admin.ts';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { ticket as ticketEn } from '../text/en/ticket.ts';
import { startText } from '../text/text.ts';
import { admin as adminZh } from '../text/zh/admin.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { ticket as ticketZh } from '../text/zh/ticket.ts';
import { PageShell } from '../ticket/page-shell.tsx';
import '../style/index.css';
import './admin.css';
import './escalation.css';
import { AdminPage } from './admin-page.tsx';
import { FirstRunPage } from './first-run-page.tsx';
import { useFirstRun } from './use-first-run.ts';

await startText({
  admin: { zh: adminZh, en: adminEn },
  ticket: { zh: ticketZh, en: ticketEn },
  refusals: { zh: refusalsZh, en: refusalsEn },
});

const root = document.getElementById('root');
if (root) createRoot(root).render(<AdminEntry />);

function AdminEntry(): ReactNode {
  const { state, retry, finish } = useFirstRun();
  switch (state) {
    case 'asking':
      return <Loading />;
    case 'failed':
      return <Failed onRetry={retry} />;
    case 'needed':
      return <FirstRunPage onDone={finish} />;
    case 'over':
      return <Follower />;
  }
}

function Follower(): ReactNode {
  const { t } = useTranslation(['admin', 'ticket']);
  useEffect(() => startBoard({ sendReceipts: false }), []);
  return (
    <PageShell page="admin" title={t('admin:title')} links={<a href="/">{t('ticket:shell.home')}</a>}>
      <main>
        <AdminPage />
      </main>
    </PageShell>
  );
}
