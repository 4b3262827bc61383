/** `{ mod, ranges }` holds for a count whose remainder lies within one of the ranges. */
export function holds(condition, count) {
  const value = condition.mod === 0 ? count : count % condition.mod;
  for (let i = 0; i < condition.ranges.length; i += 2) {
    if (value >= condition.ranges[i] && value <= condition.ranges[i + 1]) return true;
  }
  return false;
}
