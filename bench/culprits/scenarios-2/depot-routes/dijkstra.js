/** Shortest ways from one place to all others. */
export function shortestWays(graph, start) {
  const distances = new Float64Array(graph.length).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(graph.length).fill(-1);
  const settled = new Uint8Array(graph.length);
  distances[start] = 0;
  for (let round = 0; round < graph.length; round++) {
    let nearest = -1;
    for (let place = 0; place < graph.length; place++) {
      if (settled[place] === 1) continue;
      if (nearest < 0 || distances[place] < distances[nearest]) nearest = place;
    }
    if (nearest < 0 || distances[nearest] === Number.POSITIVE_INFINITY) break;
    settled[nearest] = 1;
    for (const { to, metres } of graph[nearest]) {
      const through = distances[nearest] + metres;
      if (through >= distances[to]) continue;
      distances[to] = through;
      before[to] = nearest;
    }
  }
  return { distances, before };
}

export function wayTo(before, goal) {
  const way = [];
  for (let place = goal; place >= 0; place = before[place]) way.unshift(place);
  return way;
}
