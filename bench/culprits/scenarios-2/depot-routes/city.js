/** Streets of a city: a grid with some short cuts. */
export function makeCity(width, height, pick) {
  const graph = Array.from({ length: width * height }, () => []);
  const join = (a, b, metres) => {
    graph[a].push({ to: b, metres });
    graph[b].push({ to: a, metres });
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = y * width + x;
      if (x + 1 < width) join(place, place + 1, 80 + pick(90));
      if (y + 1 < height) join(place, place + width, 80 + pick(90));
    }
  }
  for (let i = 0; i < 15; i++) join(pick(graph.length), pick(graph.length), 400);
  return graph;
}

export const describeWay = (way, metres) =>
  `${(metres / 1000).toFixed(1)} km: ${way.map((place) => `P${place}`).join(' → ')}`;
