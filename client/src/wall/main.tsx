import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../style/index.css';
import './wall.css';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { wall as wallEn } from '../text/en/wall.ts';
import { startText } from '../text/text.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { wall as wallZh } from '../text/zh/wall.ts';
import { WallPage } from './wall-page.tsx';

await startText({ wall: { zh: wallZh, en: wallEn }, refusals: { zh: refusalsZh, en: refusalsEn } });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <WallPage />
    </StrictMode>,
  );
}
