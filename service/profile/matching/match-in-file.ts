/** Functions of one file in two versions of it: by name; where that says too little, by where the named ones went. */
import { type Anchor, comparePositions, LineMap, longestChain, type Position, shiftOf } from './line-map.ts';

/** A function of the file; `T` is whatever the caller knows it by. */
export interface Placed<T> extends Position {
  readonly id: T;
  /** Empty for an anonymous function. */
  readonly name: string;
  /** The whole file run as a function. */
  readonly isModule: boolean;
}

interface Pair<T> extends Anchor {
  readonly from: Placed<T>;
  readonly to: Placed<T>;
}

export interface FileMatch<T> {
  readonly pairs: readonly Pair<T>[];
  /** Of these, those that an edit above them moved to another line. */
  readonly moved: readonly Pair<T>[];
  /** For a function without a match: where its text lies in the other version. Null where that cannot be told. */
  readonly translate: (position: Position) => Position | null;
}

/** Names this short come from a minifier, which gives them to many functions; so does no name at all. */
const SHORT = 2;

function grouped<T>(list: readonly Placed<T>[], label: (one: Placed<T>) => string): Map<string, Placed<T>[]> {
  const groups = new Map<string, Placed<T>[]>();
  for (const one of list) {
    const key = label(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  for (const group of groups.values()) group.sort(comparePositions);
  return groups;
}

/**
 * The same name once on both sides is the same function, wherever it went. Two functions of one name of which each
 * side has recorded another are taken for one; then it is still named when its CPU grows, and its note tells the two
 * lines.
 */
function uniquePairs<T>(from: readonly Placed<T>[], to: readonly Placed<T>[]): Pair<T>[] {
  const label = (one: Placed<T>): string => (one.isModule ? '(module)' : one.name);
  const others = grouped(to, label);
  const pairs: Pair<T>[] = [];
  for (const [name, group] of grouped(from, label)) {
    const other = others.get(name);
    const [a, b] = [group[0], other?.[0]];
    if (name.length > SHORT && group.length === 1 && other?.length === 1 && a && b) pairs.push({ from: a, to: b });
  }
  return pairs;
}

function sameColumn(a: Position, b: Position): boolean {
  return a.column === 0 || b.column === 0 || a.column === b.column;
}

/** Functions of a name at a place; where the name does not tell them apart, at its column, when both are known. */
function placesOf<T>(list: readonly Placed<T>[]): (name: string, place: Position) => readonly Placed<T>[] {
  const byLine = grouped(list, ({ name, line }) => `${line}\t${name}`);
  const byColumn = grouped(list, ({ name, line, column }) => `${line}:${column}\t${name}`);
  return (name, { line, column }) => {
    if (name.length > SHORT || column === 0) return byLine.get(`${line}\t${name}`) ?? [];
    return [...(byColumn.get(`${line}:${column}\t${name}`) ?? []), ...(byColumn.get(`${line}:0\t${name}`) ?? [])];
  };
}

/**
 * What the map of lines is built from. Where some functions are on the line where they were, a single one that moved is
 * no sign of an edit, for it may be another function of that name: unless one without a name moved as far beside it.
 */
function anchorsOf<T>(pairs: readonly Pair<T>[], from: readonly Placed<T>[], to: readonly Placed<T>[]): Anchor[] {
  const chain = longestChain(pairs.filter((pair) => !pair.from.isModule));
  const shifts = chain.map(shiftOf);
  if (!shifts.includes(0) || shifts.every((shift) => shift === 0)) return chain;
  const map = new LineMap(chain);
  const named = new Set(pairs.map((pair) => pair.from));
  const around = grouped(
    from.filter((one) => !named.has(one)),
    (one) => `${map.pieceOf(one, 'from')}`,
  );
  const at = placesOf(to);
  const isAt = (one: Placed<T>, line: number): boolean => at(one.name, { line, column: one.column }).length > 0;
  return chain.filter((_, i) => {
    const [shift = 0, before, after] = [shifts[i], shifts[i - 1], shifts[i + 1]];
    if (shift === 0 || (before ?? 0) !== 0 || (after ?? 0) !== 0) return true;
    const beside = [...(around.get(`${i}`) ?? []), ...(around.get(`${i + 1}`) ?? [])];
    return beside.some((one) => isAt(one, one.line + shift) && !isAt(one, one.line));
  });
}

/** Functions whose place in the other version holds exactly one of the name, as long as no two claim the same. */
function pairsByPlace<T>(from: readonly Placed<T>[], to: readonly Placed<T>[], map: LineMap): Pair<T>[] {
  const at = placesOf(to);
  const claims = new Map<Placed<T>, Placed<T> | null>();
  for (const one of from) {
    const places = map.translate(one).map((place) => at(one.name, place));
    if (places.some((found) => found.length > 1)) continue;
    const [match, ...more] = new Set(places.flat());
    if (match !== undefined && more.length === 0) claims.set(match, claims.has(match) ? null : one);
  }
  return [...claims].flatMap(([to, from]) => (from === null ? [] : [{ from, to }]));
}

/** Pieces of the file with what is left of it on both sides. */
function* piecesOf<T>(from: readonly Placed<T>[], to: readonly Placed<T>[], map: LineMap) {
  const others = grouped(to, (one) => `${map.pieceOf(one, 'to')}`);
  for (const [piece, list] of grouped(from, (one) => `${map.pieceOf(one, 'from')}`))
    yield { piece: Number(piece), from: list, to: others.get(piece) ?? [] };
}

/** More equal names than this in one piece of a file are not tried each with each. */
const MOST_EQUAL = 20;
/** An edit explains at least this part of the functions of the side that has fewer. */
const EXPLAINED = 0.5;

/**
 * Below the last function that both sides surely have, in a piece that was edited, or in a file of which nothing else
 * is known: the one edit that brings most functions to a place where the other side has one of that name and, where
 * the name says nothing, column. One anonymous function alone is enough when no other begins at that column.
 */
function pairsByShift<T>(from: readonly Placed<T>[], to: readonly Placed<T>[]): Pair<T>[] {
  const label = ({ name, column }: Placed<T>): string => (name.length > SHORT ? name : `${name}\t${column}`);
  const others = grouped(to, label);
  const votes = new Map<number, { pairs: Pair<T>[]; alone: boolean }>();
  for (const [key, group] of grouped(from, label)) {
    const other = others.get(key) ?? [];
    if (group.length > MOST_EQUAL || other.length > MOST_EQUAL) continue;
    const alone = group.length === 1 && other.length === 1 && group[0]?.name === '' && group[0].column > 0;
    for (const one of group) {
      for (const match of other) {
        const pair = { from: one, to: match };
        const vote = votes.get(shiftOf(pair)) ?? { pairs: [], alone };
        votes.set(shiftOf(pair), vote);
        vote.pairs.push(pair);
      }
    }
  }
  const [best, second] = [...votes.values()].sort((a, b) => b.pairs.length - a.pairs.length);
  if (best === undefined || second?.pairs.length === best.pairs.length) return [];
  if (best.pairs.length < EXPLAINED * Math.min(from.length, to.length)) return [];
  return best.pairs.length > 1 || best.alone ? best.pairs : [];
}

/** Equal names in the order of their lines, as many on both sides. */
function pairsByOrder<T>(from: readonly Placed<T>[], to: readonly Placed<T>[]): Pair<T>[] {
  const others = grouped(to, ({ name }) => name);
  return [...grouped(from, ({ name }) => name)].flatMap(([name, group]) => {
    const other = others.get(name) ?? [];
    if (other.length !== group.length) return [];
    const pairs = group.map((one, i): Pair<T> => ({ from: one, to: other[i] as Placed<T> }));
    const same = name.length > SHORT || pairs.every((pair) => pair.from.column > 0 && sameColumn(pair.from, pair.to));
    return same && (name.length > SHORT || name === '') ? pairs : [];
  });
}

/** `from` and `to`: functions of the two versions that were recorded; others of the file are not known. */
export function matchInFile<T>(from: readonly Placed<T>[], to: readonly Placed<T>[]): FileMatch<T> {
  const pairs = uniquePairs(from, to);
  const anchors = anchorsOf(pairs, from, to);
  const map = new LineMap(anchors);
  const taken = new Set(pairs.flatMap((pair) => [pair.from, pair.to]));
  const left = (list: readonly Placed<T>[]) => list.filter((one) => !taken.has(one) && !one.isModule);
  const add = (more: readonly Pair<T>[]): void => {
    for (const pair of more) {
      pairs.push(pair);
      taken.add(pair.from).add(pair.to);
    }
  };
  const sure = new Set<Anchor>(anchors);
  const byPlace = pairsByPlace(left(from), left(to), map);
  add(byPlace);
  const unknown = anchors.length === 0 && byPlace.length === 0;
  const unmoved = anchors.some((anchor) => shiftOf(anchor) === 0);
  for (const piece of piecesOf(left(from), left(to), map)) {
    const edited = map.isEdited(piece.piece);
    if (!unknown && !edited && !map.isLast(piece.piece)) continue;
    const byShift = pairsByShift(piece.from, piece.to);
    add(byShift);
    // One alone in a file that else is as it was is no sign of an edit.
    if (!unmoved || byShift.length > 1) for (const pair of byShift) sure.add(pair);
    if (!edited && !unknown) continue;
    const byOrder = pairsByOrder(left(piece.from), left(piece.to));
    add(byOrder);
    for (const pair of byOrder) sure.add(pair);
  }
  for (const pair of byPlace) sure.add(pair);
  return {
    pairs,
    moved: pairs.filter((pair) => shiftOf(pair) !== 0 && sure.has(pair)),
    translate: (position) => {
      const [place, other] = map.translate(position);
      return place === undefined || other !== undefined ? null : place;
    },
  };
}
