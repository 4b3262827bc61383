const DEPTHS = [20, 60, 120];

export class Slopes {
  #byValley = new Map();

  constructor(slopes) {
    for (const slope of slopes) {
      const list = this.#byValley.get(slope.valley) ?? [];
      list.push(slope);
      this.#byValley.set(slope.valley, list);
    }
  }

  open(valley, hardest) {
    return (this.#byValley.get(valley) ?? []).filter((slope) => slope.isOpen && slope.grade <= hardest);
  }
}

export function sentence({ name, snow, lifts }) {
  const word = ['patches', 'thin', 'good', 'deep'][DEPTHS.filter((depth) => snow > depth).length];
  return `${name}: ${word} (${snow} cm), ${lifts.join(' and ')}`;
}
