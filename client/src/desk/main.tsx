import { createRoot } from 'react-dom/client';
import { startBoard } from '../live/board.ts';
import { feedFleet } from '../live/fleet-feed.ts';
import { desk as deskEn } from '../text/en/desk.ts';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { ticket as ticketEn } from '../text/en/ticket.ts';
import { startText } from '../text/text.ts';
import { desk as deskZh } from '../text/zh/desk.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { ticket as ticketZh } from '../text/zh/ticket.ts';
import '../style/index.css';
import './desk.css';
import { Desk } from './desk.tsx';
import { startFromAddress } from './desk-store.ts';
import { fleet, positions } from './live-parts.ts';

await startText({
  desk: { zh: deskZh, en: deskEn },
  ticket: { zh: ticketZh, en: ticketEn },
  refusals: { zh: refusalsZh, en: refusalsEn },
});
feedFleet(fleet);
startBoard({
  sendReceipts: true,
  onPositions: (frame) => {
    fleet.applyFrame(frame);
    positions.apply(frame);
  },
});
startFromAddress(new URL(location.href));

const root = document.getElementById('root');
if (root) createRoot(root).render(<Desk />);
