/** The highest-ranked candidate of a ballot who is still in the race; −1: the ballot is exhausted. */
export function standing(ranking, out) {
  for (const candidate of ranking) {
    if (!out[candidate]) return candidate;
  }
  return -1;
}
