import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { startBoard } from '../live/board.ts';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { ticket as ticketEn } from '../text/en/ticket.ts';
import { startText } from '../text/text.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { ticket as ticketZh } from '../text/zh/ticket.ts';
import '../style/index.css';
import './ticket.css';
import { PageShell } from './page-shell.tsx';
import { SearchPage } from './search-page.tsx';
import { StaleDialog } from './stale-dialog.tsx';
import { TicketPage } from './ticket-page.tsx';

await startText({ ticket: { zh: ticketZh, en: ticketEn }, refusals: { zh: refusalsZh, en: refusalsEn } });
startBoard({ sendReceipts: false });

const root = document.getElementById('root');
if (root) createRoot(root).render(<TicketEntry />);

/** `/ticket/<id>` is one ticket; `/ticket` finds one. */
function TicketEntry(): ReactNode {
  const { t } = useTranslation('ticket');
  const id = decodeURIComponent(location.pathname.split('/')[2] ?? '');
  return (
    <PageShell
      page="ticket"
      title={t(id === '' ? 'search.title' : 'title')}
      links={
        <>
          <a href="/">{t('shell.home')}</a>
          <a href="/desk">{t('shell.desk')}</a>
          {id !== '' && <a href="/ticket">{t('shell.search')}</a>}
          <a href="/late">{t('shell.late')}</a>
        </>
      }
    >
      <main>{id === '' ? <SearchPage /> : <TicketPage id={id} />}</main>
      <StaleDialog />
    </PageShell>
  );
}
