import { createRoot } from 'react-dom/client';
import { startBoard } from '../live/board.ts';
import { crew as crewEn } from '../text/en/crew.ts';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { ticket as ticketEn } from '../text/en/ticket.ts';
import { startText } from '../text/text.ts';
import { crew as crewZh } from '../text/zh/crew.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { ticket as ticketZh } from '../text/zh/ticket.ts';
import '../style/index.css';
import './crew.css';
import { CrewPage } from './crew-page.tsx';
import { positions } from './crew-positions.ts';

await startText({
  crew: { zh: crewZh, en: crewEn },
  ticket: { zh: ticketZh, en: ticketEn },
  refusals: { zh: refusalsZh, en: refusalsEn },
});
startBoard({ sendReceipts: true, onPositions: positions.apply });

const root = document.getElementById('root');
if (root) createRoot(root).render(<CrewPage />);
