/** Lets water seep through a dam that stands between two levels, until nothing moves much. */
export function seep({ columns, rows, soil }, inside, outside, rounds) {
  const heads = new Float32Array(columns * rows).fill(outside);
  for (let row = 0; row < rows; row++) heads[row * columns] = inside;
  for (let round = 0; round < rounds; round++) {
    for (let row = 1; row < rows - 1; row++) {
      for (let column = 1; column < columns - 1; column++) {
        const at = row * columns + column;
        const around = heads[at - 1] + heads[at + 1] + heads[at - columns] + heads[at + columns];
        heads[at] += soil[at] * (around / 4 - heads[at]);
      }
    }
  }
  return heads;
}

export function wettest(heads, columns, rows) {
  let best = 0;
  for (let row = 1; row < rows - 1; row++) best = Math.max(best, heads[row * columns + columns - 2]);
  return best;
}
