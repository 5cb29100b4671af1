import { createPositions } from '../desk/positions.ts';

/** Where this crew's vehicles are; read once a second by those who show an age, never kept in React. */
export const positions = createPositions();
