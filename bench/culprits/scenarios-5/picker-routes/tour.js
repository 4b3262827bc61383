/** Walks to the nearest article that is left, again and again. */
export function tour(floor, start, articles) {
  const left = new Set(articles);
  const order = [];
  let at = start;
  let walked = 0;
  while (left.size > 0) {
    const steps = floor.stepsFrom(at);
    const [next] = [...left].sort((a, b) => steps[a] - steps[b]);
    walked += steps[next];
    left.delete(next);
    order.push(next);
    at = next;
  }
  return { order, walked };
}
