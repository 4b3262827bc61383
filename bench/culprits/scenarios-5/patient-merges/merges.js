/** The record that is left of a patient whose records were merged, maybe more than once. */
export function survivorOf(merges, id) {
  let current = id;
  while (merges.has(current)) current = merges.get(current);
  return current;
}
