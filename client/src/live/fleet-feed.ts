import { VEHICLE_STATES } from '@faultline/shared/vehicle/vehicle.ts';
import type { FleetStore } from '../map/fleet.ts';
import { useBoard } from './board.ts';
import type { BoardState } from './board-state.ts';
import { vehicleStatesOf } from './vehicle-states.ts';

/**
 * Keeps the vehicles of a map's fleet in step with the board: who there is, and what each is doing. Works at once when
 * the board changes, so that the positions that follow a snapshot find their vehicles. @returns what ends it.
 */
export function feedFleet(store: FleetStore): () => void {
  let known: BoardState | null = null;
  const learn = (board: BoardState): void => {
    if (known && known.tickets === board.tickets && known.vehicles === board.vehicles) return;
    const states = vehicleStatesOf(board.vehicles, board.tickets.values());
    if (known?.vehicles === board.vehicles) updateStates(store, states);
    else {
      const shown = board.vehicles.filter(({ isActive }) => isActive);
      store.setVehicles(
        shown.map(({ id, index, callSign }) => ({ id, index, label: callSign, state: states.get(id) ?? 'standby' })),
      );
    }
    known = board;
  };
  learn(useBoard.getState());
  return useBoard.subscribe(learn);
}

/** Every change of a state draws the map; only those that changed are told. */
function updateStates(store: FleetStore, states: ReturnType<typeof vehicleStatesOf>): void {
  const fleet = store.fleet();
  for (const [id, state] of states) {
    const index = store.indexOf(id);
    if (index !== null && VEHICLE_STATES[fleet.state[index] ?? 0] !== state) store.setState(id, state);
  }
}
