import { type Range, signOf, sizeOf } from './range.ts';

/** Of a value, when a metric grows: 1 it grows, -1 it shrinks, 0 nothing; undefined: cannot be said. */
export type Direction = 1 | -1 | 0 | undefined;

/** What is known of a value without any datapoint. */
export interface Influence {
  readonly range: Range;
  /** By the id of the metric. Metrics that are not in it have nothing to do with the value. */
  readonly directions: ReadonlyMap<string, Direction>;
  /** Why some of it cannot be said: `RATE(m1) says how fast it changes, not how high it is`. */
  readonly unsaid: readonly string[];
}

/** Of a value that no metric moves. */
export function constant(range: Range): Influence {
  return { range, directions: new Map(), unsaid: [] };
}

export function directionOf({ directions }: Influence, id: string): Direction {
  return directions.has(id) ? directions.get(id) : 0;
}

/** Of a value that grows with each of the parts. */
export function growingWith(parts: readonly Influence[], range: Range): Influence {
  const directions = new Map<string, Direction>();
  for (const part of parts) {
    for (const [id, direction] of part.directions) {
      const before = directions.has(id) ? directions.get(id) : direction;
      directions.set(id, both(before, direction));
    }
  }
  return { range, directions, unsaid: [...new Set(parts.flatMap(({ unsaid }) => unsaid))] };
}

/** Two ways in which a metric moves a value. */
function both(one: Direction, other: Direction): Direction {
  if (one === 0 || one === other) return other;
  return other === 0 ? one : undefined;
}

/** The same metrics, seen through something that turns their direction (-1), keeps it (1), or mixes it (undefined). */
export function through(influence: Influence, sign: Direction): Influence {
  const turned = (direction: Direction): Direction => {
    if (direction === 0 || sign === 0) return 0;
    if (direction === undefined || sign === undefined) return undefined;
    return direction === sign ? 1 : -1;
  };
  return {
    ...influence,
    directions: new Map([...influence.directions].map(([id, direction]) => [id, turned(direction)])),
  };
}

/** What is not zero is true: that grows with a value which is never below zero. */
export function asTruth(influence: Influence): Influence {
  return through(influence, signOf(influence.range));
}

/** Nothing can be said of how the parts move the value. */
export function unknownFrom(parts: readonly Influence[], why?: string): Influence {
  const mixed = growingWith(
    parts.map((part) => through(part, undefined)),
    sizeOf('any'),
  );
  return why === undefined ? mixed : { ...mixed, unsaid: [...new Set([...mixed.unsaid, why])] };
}
