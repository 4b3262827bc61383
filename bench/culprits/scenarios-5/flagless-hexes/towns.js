/** Steps over hexagons to the town that is nearest. */
export function stepsToTown(towns, q, r) {
  let least = 999;
  for (const town of towns) {
    const [dq, dr] = [town.q - q, town.r - r];
    least = Math.min(least, (Math.abs(dq) + Math.abs(dr) + Math.abs(dq + dr)) / 2);
  }
  return least;
}
