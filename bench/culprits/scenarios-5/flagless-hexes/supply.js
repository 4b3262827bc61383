import { stepsToTown } from './towns.js';

/** The hexagons whose troops get no bread, as rows of a map. */
export function starving(board, reach) {
  const rows = [];
  for (let r = 0; r < board.height; r++) {
    let row = '';
    for (let q = 0; q < board.width; q++) row += stepsToTown(board.towns, q, r) > reach ? 'x' : '.';
    rows.push(row);
  }
  return rows;
}
