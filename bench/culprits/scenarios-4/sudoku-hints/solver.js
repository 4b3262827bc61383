'use strict';

const BOX = 3;
const SIDE = 9;

/** Whether a digit already stands in the row, the column or the box of a field. */
function clashes(grid, field, digit) {
  const row = (field / SIDE) | 0;
  const column = field % SIDE;
  const corner = (((row / BOX) | 0) * SIDE + ((column / BOX) | 0)) * BOX;
  for (let i = 0; i < SIDE; i++) {
    if (grid[row * SIDE + i] === digit || grid[i * SIDE + column] === digit) return true;
    if (grid[corner + ((i / BOX) | 0) * SIDE + (i % BOX)] === digit) return true;
  }
  return false;
}

class Solver {
  #grid;
  #steps = 0;

  constructor(text) {
    this.#grid = Array.from(text, (one) => (one === '.' ? 0 : Number(one)));
  }

  solve() {
    const solved = this.#fillFrom(0);
    return { solved, steps: this.#steps, grid: this.#grid.join('') };
  }

  #fillFrom(start) {
    const field = this.#grid.indexOf(0, start);
    if (field < 0) return true;
    for (let digit = 1; digit <= SIDE; digit++) {
      if (clashes(this.#grid, field, digit)) continue;
      this.#steps++;
      this.#grid[field] = digit;
      if (this.#fillFrom(field + 1)) return true;
    }
    this.#grid[field] = 0;
    return false;
  }
}

module.exports = { Solver };
