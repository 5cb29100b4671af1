import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../style/index.css';
import './start.css';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { start as startEn } from '../text/en/start.ts';
import { startText } from '../text/text.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { start as startZh } from '../text/zh/start.ts';
import { StartPage } from './start-page.tsx';

await startText({ start: { zh: startZh, en: startEn }, refusals: { zh: refusalsZh, en: refusalsEn } });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <StartPage />
    </StrictMode>,
  );
}
