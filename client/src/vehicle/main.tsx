import { createRoot } from 'react-dom/client';
import { refusals as refusalsEn } from '../text/en/refusals.ts';
import { vehicle as vehicleEn } from '../text/en/vehicle.ts';
import { startText } from '../text/text.ts';
import { refusals as refusalsZh } from '../text/zh/refusals.ts';
import { vehicle as vehicleZh } from '../text/zh/vehicle.ts';
import '../style/index.css';
import './vehicle.css';
import { keepPageOffline } from './offline-page.ts';
import { showSettings } from './settings.ts';
import { startVehicle } from './vehicle-actions.ts';
import { VehiclePage } from './vehicle-page.tsx';

await startText({ vehicle: { zh: vehicleZh, en: vehicleEn }, refusals: { zh: refusalsZh, en: refusalsEn } });
showSettings();

const root = document.getElementById('root');
if (root) createRoot(root).render(<VehiclePage />);
await startVehicle();
await keepPageOffline();
