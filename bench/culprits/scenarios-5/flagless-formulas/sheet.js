import { evaluate } from './formula.js';

/** Formulas may stand before what they need, so all are computed until none changes. */
export function recalculate(formulas, inputs) {
  const cells = new Map(inputs);
  let rounds = 0;
  for (let changed = true; changed && rounds < 100; rounds++) {
    changed = false;
    for (const { cell, tokens } of formulas) {
      const value = evaluate(tokens, cells);
      if (cells.get(cell) !== value) changed = true;
      cells.set(cell, value);
    }
  }
  return { cells, rounds };
}
