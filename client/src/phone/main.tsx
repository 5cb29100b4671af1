import { createRoot } from 'react-dom/client';
import { phone as phoneEn } from '../text/en/phone.ts';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { startText } from '../text/text.ts';
import { phone as phoneZh } from '../text/zh/phone.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import '../style/index.css';
import './phone.css';
import { PhonePage } from './phone-page.tsx';
import { startPhone } from './phone-session.ts';

await startText({ phone: { zh: phoneZh, en: phoneEn }, refusals: { zh: refusalsZh, en: refusalsEn } });
startPhone();

const root = document.getElementById('root');
if (root) createRoot(root).render(<PhonePage />);
