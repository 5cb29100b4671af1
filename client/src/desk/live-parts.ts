import { createFleetStore } from '../map/fleet.ts';
import { createPositions } from './positions.ts';

/** What follows the positions on this page; one of each, because there is one feed. */
export const fleet = createFleetStore();
export const positions = createPositions();
