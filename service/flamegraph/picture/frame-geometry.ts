/** Widths and places of frames, on the server and in the browser. */

/** Own values → values with all below. */
export function sumUp(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = parent.length - 1; node > 0; node--) {
    const up = parent[node] as number;
    total[up] = (total[up] as number) + (total[node] as number);
  }
  return total;
}

/** Where each frame begins, in units of `total`: siblings stand side by side from their parent's left edge. */
export function placeFrames(parent: Int32Array, total: Float64Array): Float64Array {
  const start = new Float64Array(parent.length);
  const free = new Float64Array(parent.length);
  for (let node = 1; node < parent.length; node++) {
    const up = parent[node] as number;
    const at = free[up] as number;
    start[node] = at;
    free[node] = at;
    free[up] = at + (total[node] as number);
  }
  return start;
}

/**
 * Net growth from `less` to `more` (totals), spread over the paths that grew. Nothing is wider than its parent: where
 * children grew by more than the parent did (their siblings shrank), they share the parent's growth in proportion.
 */
export function spreadExcess(parent: Int32Array, more: Float64Array, less: Float64Array): Float64Array {
  const length = parent.length;
  const grown = new Float64Array(length);
  const below = new Float64Array(length);
  for (let node = length - 1; node >= 0; node--) {
    const by = (more[node] as number) - (less[node] as number);
    grown[node] = Math.max(by, 0);
    if (node > 0) below[parent[node] as number] = (below[parent[node] as number] as number) + (grown[node] as number);
  }
  const width = new Float64Array(length);
  width[0] = grown[0] as number;
  for (let node = 1; node < length; node++) {
    const up = parent[node] as number;
    const room = width[up] as number;
    const wanted = below[up] as number;
    width[node] = wanted > room ? ((grown[node] as number) * room) / wanted : (grown[node] as number);
  }
  return width;
}
