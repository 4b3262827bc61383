import { offsetOf } from './offset.js';

/** The corners of a track that matter at a tolerance. */
export default function simplify(points, tolerance) {
  const kept = new Set([0, points.length - 1]);
  const open = [[0, points.length - 1]];
  while (open.length > 0) {
    const [first, last] = open.pop();
    let farthest = 0;
    let split = -1;
    for (let i = first + 1; i < last; i++) {
      const offset = offsetOf(points[i], points[first], points[last]);
      if (offset > farthest) [farthest, split] = [offset, i];
    }
    if (farthest <= tolerance * tolerance) continue;
    kept.add(split);
    open.push([first, split], [split, last]);
  }
  return points.filter((_, i) => kept.has(i));
}
