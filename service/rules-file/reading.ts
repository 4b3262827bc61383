import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { meant } from '../shared/text/did-you-mean.ts';
import { headOf, quoted } from '../shared/text/untrusted.ts';

/** A value in the file. */
export interface Value {
  /** As a fault calls it: `seconds`. */
  readonly name: string;
  /** Offset in the text. */
  readonly at: number;
  readonly node: Node | null;
}

/** What is being read, and what is wrong with it so far. */
export interface Reading {
  readonly document: Document;
  /** `what is wrong; what to do`. */
  fault(at: number, text: string): void;
  /** Places that refer to another one; each is looked for in the whole file. */
  aliases: number;
}

/** Undefined: it was a fault, which has been noted. */
export type Read<T> = (value: Value, reading: Reading) => T | undefined;

const MAX_ALIASES = 100;
/** Of a value or key that is shown. */
const MAX_SHOWN = 60;

export function shortened(text: string): string {
  return quoted(text.length <= MAX_SHOWN ? text : `${headOf(text, MAX_SHOWN - 1)}…`);
}

function shown({ node }: Value): string {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'empty';
  return typeof node.value === 'string' ? shortened(node.value) : `the ${typeof node.value} ${sourceOf(node)}`;
}

/** As it is written, which tells `012` from `12`. */
export function sourceOf(node: Node | null): string {
  return isScalar(node) ? headOf(node.source ?? String(node.value), MAX_SHOWN) : '';
}

/** `seconds is "x"; write …` */
export function refuse(value: Value, reading: Reading, hint: string): undefined {
  reading.fault(value.at, `${value.name} is ${shown(value)}; ${hint}`);
}

function offsetOf(node: unknown, otherwise: number): number {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? otherwise;
}

/** The value at a place of the tree, behind the alias that may stand there. */
export function valueAt(name: string, node: unknown, otherwise: number, reading: Reading): Value | undefined {
  const at = offsetOf(node, otherwise);
  if (!isAlias(node)) return { name, at, node: node as Node | null };
  const written = shortened(`*${node.source}`);
  reading.aliases += 1;
  if (reading.aliases > MAX_ALIASES) {
    if (reading.aliases === MAX_ALIASES + 1) reading.fault(at, `more than ${MAX_ALIASES} aliases; write values out`);
    return undefined;
  }
  const target = node.resolve(reading.document);
  if (target !== undefined) return { name, at, node: target };
  reading.fault(at, `${name} refers to ${written}, which is not above it; put what begins with * into quotes`);
  return undefined;
}

/** The keys that a map may have. */
export interface Keys {
  readonly known: readonly string[];
  /** What to say of others that somebody may expect. */
  readonly refused?: Readonly<Record<string, string>>;
}

function unknownKey(key: string, { known, refused = {} }: Keys): string {
  if (Object.hasOwn(refused, key)) return `${key} ${refused[key]}`;
  if (key === '<<') return 'merge keys (<<) are not supported; write the values out';
  const near = meant(key, known);
  const question = near === undefined ? `the keys are ${known.join(', ')}` : `did you mean ${near}?`;
  return `there is no key ${shortened(key)} here; ${question}`;
}

/** The values of a map by key. Keys that are unknown, written twice or no text are faults. */
export function readEntries(value: Value, reading: Reading, keys: Keys): ReadonlyMap<string, Value> | undefined {
  const { node } = value;
  if (!isMap(node)) return refuse(value, reading, `write keys and values: ${keys.known.slice(0, 3).join(', ')} …`);
  const entries = new Map<string, Value>();
  const seen = new Set<string>();
  for (const pair of node.items) {
    const at = offsetOf(pair.key, value.at);
    const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
    if (key === undefined) {
      const first = pair.key === null || isScalar(pair.key) ? 'is not a word' : 'is a list, a map or an alias';
      reading.fault(at, `a key of ${value.name} ${first}; the keys are ${keys.known.join(', ')}`);
    } else if (seen.has(key)) reading.fault(at, `the key ${shortened(key)} is here twice; leave one of them out`);
    else if (!keys.known.includes(key)) reading.fault(at, unknownKey(key, keys));
    else {
      const entry = valueAt(key, pair.value, at, reading);
      if (entry !== undefined) entries.set(key, entry);
    }
    if (key !== undefined) seen.add(key);
  }
  return entries;
}

/** The items of a list; one value alone is a list of one. */
export function itemsOf(value: Value, reading: Reading): readonly Value[] {
  const { node } = value;
  if (!isSeq(node)) return [value];
  return node.items.flatMap((item) => valueAt(value.name, item, value.at, reading) ?? []);
}

/** Each item by `read`, which tells of equal ones. Undefined if one of them is at fault. */
export function listOf<T>(read: Read<T>, least: number, most: number, what: string): Read<readonly T[]> {
  return (value, reading) => {
    const items = itemsOf(value, reading);
    const count = isSeq(value.node) ? value.node.items.length : 1;
    if (count < least) return void reading.fault(value.at, `${value.name} is an empty list; write ${what}`);
    if (count > most) {
      return void reading.fault(value.at, `${value.name} is a list of ${count}; write ${most} at most`);
    }
    const read1 = items.map((item) => ({ item, one: read(item, reading) }));
    const seen = new Set<unknown>();
    for (const { item, one } of read1) {
      if (one === undefined || typeof one === 'object') continue;
      if (seen.has(one)) reading.fault(item.at, `${value.name} names ${shortened(String(one))} twice; once is enough`);
      seen.add(one);
    }
    const good = read1.flatMap(({ one }) => (one === undefined ? [] : [one]));
    return good.length === count ? good : undefined;
  };
}
