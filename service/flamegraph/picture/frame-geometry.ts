/** Widths and places of frames, on the server and in the browser. */
import { add, at } from '../../profile/columns.ts';

/** Own values → values with all below. */
export function sumUp(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = parent.length - 1; node > 0; node--) {
    const up = at(parent, node);
    add(total, up, at(total, node));
  }
  return total;
}

/** Where each frame begins, in units of `total`: siblings stand side by side from their parent's left edge. */
export function placeFrames(parent: Int32Array, total: Float64Array): Float64Array {
  const start = new Float64Array(parent.length);
  const free = new Float64Array(parent.length);
  for (let node = 1; node < parent.length; node++) {
    const up = at(parent, node);
    const left = at(free, up);
    start[node] = left;
    free[node] = left;
    free[up] = left + at(total, node);
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
    const by = at(more, node) - at(less, node);
    grown[node] = Math.max(by, 0);
    if (node > 0) add(below, at(parent, node), at(grown, node));
  }
  const width = new Float64Array(length);
  width[0] = at(grown, 0);
  for (let node = 1; node < length; node++) {
    const up = at(parent, node);
    const room = at(width, up);
    const wanted = at(below, up);
    width[node] = wanted > room ? (at(grown, node) * room) / wanted : at(grown, node);
  }
  return width;
}
