import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { startBoard } from '../live/board.ts';
import { late as lateEn } from '../text/en/late.ts';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { ticket as ticketEn } from '../text/en/ticket.ts';
import { startText } from '../text/text.ts';
import { late as lateZh } from '../text/zh/late.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { ticket as ticketZh } from '../text/zh/ticket.ts';
import { PageShell } from '../ticket/page-shell.tsx';
import '../style/index.css';
import './late.css';
import { LatePage } from './late-page.tsx';

await startText({
  late: { zh: lateZh, en: lateEn },
  ticket: { zh: ticketZh, en: ticketEn },
  refusals: { zh: refusalsZh, en: refusalsEn },
});
startBoard({ sendReceipts: false });

const root = document.getElementById('root');
if (root) createRoot(root).render(<LateEntry />);

function LateEntry(): ReactNode {
  const { t } = useTranslation(['late', 'ticket']);
  return (
    <PageShell
      page="late"
      title={t('late:title')}
      links={
        <>
          <a href="/">{t('ticket:shell.home')}</a>
          <a href="/ticket">{t('ticket:shell.search')}</a>
        </>
      }
    >
      <main>
        <LatePage />
      </main>
    </PageShell>
  );
}
