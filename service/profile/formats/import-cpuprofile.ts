/**
 * V8's `.cpuprofile`: a call tree, and for each sample its node and the time since the one before, in microseconds.
 * Form: https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile; older ones nest `children` in
 * `head`.
 */
import type { AppError } from '../../shared/errors.ts';
import { formatSeconds } from '../../shared/text/duration.ts';
import { type Identified, type IdentityRules, identify, NOT_JS } from '../identity/identity.ts';
import type { FunctionInfo, LineTicks, Profile } from '../profile.ts';
import { NO_FACTS, ProfileBuilder } from '../profile-builder.ts';
import { isObject, type JsonObject, JsonReader } from './json-shape.ts';
import { v8Meta } from './v8-meta.ts';
import { WeightedSamples } from './weighted-samples.ts';

const read = new JsonReader('.cpuprofile');

export function isCpuProfile(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const { nodes, head } = value;
  return (
    (Array.isArray(nodes) && isObject(nodes[0]) && isObject(nodes[0].callFrame)) ||
    (isObject(head) && 'functionName' in head)
  );
}

interface Node {
  readonly parent: number;
  readonly name: string;
  readonly fields: JsonObject;
  readonly callFrame: JsonObject;
}

/** Nodes in an order in which parents come first; `ids` maps the file's ids to it. */
function orderedNodes(profile: JsonObject): { nodes: Node[]; ids: Map<number, number> } {
  const byId = new Map<number, JsonObject>();
  const childrenOf = new Map<number, readonly number[]>();
  let root: number;
  if (isObject(profile.head)) {
    root = flattenHead(profile.head, byId, childrenOf);
  } else {
    const list = read.array(profile.nodes, 'nodes');
    list.forEach((value, i) => {
      const fields = read.object(value, `nodes[${i}]`);
      const id = read.number(fields.id, `nodes[${i}].id`);
      if (byId.has(id)) throw notOnce(id);
      byId.set(id, fields);
      const children = fields.children === undefined ? [] : read.array(fields.children, `nodes[${i}].children`);
      childrenOf.set(
        id,
        children.map((child, at) => read.number(child, `nodes[${i}].children[${at}]`)),
      );
    });
    linkParents(list, childrenOf);
    root = read.number(read.object(list[0], 'nodes[0]').id, 'nodes[0].id');
  }
  const nodes: Node[] = [];
  const ids = new Map<number, number>();
  for (let todo: [number, number][] = [[root, -1]], next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [id, parent] = next;
    const fields = byId.get(id);
    if (fields === undefined || ids.has(id)) throw notOnce(id);
    const callFrame = isObject(fields.callFrame) ? fields.callFrame : fields;
    const index = nodes.push({ parent, name: read.text(callFrame.functionName), fields, callFrame }) - 1;
    ids.set(id, index);
    for (const child of childrenOf.get(id) ?? []) todo.push([child, index]);
  }
  // A node that nothing leads to does no harm unless it has samples: those in a list of samples are found out there.
  for (const [id, fields] of byId) if (!ids.has(id) && hits(fields) > 0) throw notOnce(id);
  return { nodes, ids };
}

function notOnce(id: number): AppError {
  return read.fault(`node ${id}`, 'exactly once in the tree');
}

/** Some writers give each node its parent's id and no children. */
function linkParents(list: readonly unknown[], childrenOf: Map<number, readonly number[]>): void {
  const extra = new Map<number, number[]>();
  for (const value of list) {
    const { id, parent } = value as JsonObject;
    if (typeof parent !== 'number' || typeof id !== 'number') continue;
    const siblings = extra.get(parent);
    if (siblings === undefined) extra.set(parent, [id]);
    else siblings.push(id);
  }
  for (const [parent, children] of extra) {
    if ((childrenOf.get(parent) ?? []).length === 0) childrenOf.set(parent, children);
  }
}

function flattenHead(
  head: JsonObject,
  byId: Map<number, JsonObject>,
  childrenOf: Map<number, readonly number[]>,
): number {
  const todo = [head];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    const id = read.number(node.id, 'head.id');
    const children = read.array(node.children ?? [], 'head.children').map((child) => read.object(child, 'a child'));
    byId.set(id, node);
    childrenOf.set(
      id,
      children.map((child) => read.number(child.id, 'child.id')),
    );
    todo.push(...children);
  }
  return read.number(head.id, 'head.id');
}

function identifyNode({ name, callFrame }: Node, rules: IdentityRules | undefined): Identified {
  const url = read.text(callFrame.url);
  // The file counts lines and columns from 0; −1 where there are none. The old form counted lines from 1.
  const base = 'functionName' in callFrame && 'hitCount' in callFrame ? 0 : 1;
  const line = typeof callFrame.lineNumber === 'number' ? callFrame.lineNumber + base : 0;
  const column = typeof callFrame.columnNumber === 'number' ? callFrame.columnNumber + base : 0;
  if (url.startsWith('wasm:')) return identifyWasm(name, url);
  if (url === '' && /^(?:js-to-wasm|wasm-to-js)/.test(name)) return identify(name, '', rules);
  if (url === '' && line <= 0) {
    // Builtins come without a place: `parse` is JSON.parse, but nothing in the file says so.
    const found = { key: `v8\t${name}`, name: name || '(anonymous)', category: 'v8', module: null } as const;
    return { fn: { ...NOT_JS, ...found }, tier: 'none', hidden: false };
  }
  const position = column > 0 ? `${Math.max(line, 1)}:${column}` : `${Math.max(line, 1)}`;
  return { ...identify(`JS:${name === '(anonymous)' ? '' : name} ${url}:${position}`, '', rules), tier: 'none' };
}

/**
 * `wasm://wasm/3f2b1a9e` is a module without a name, by the hash of its code; `wasm://wasm/hash.wasm-3f2b1a9e` one with
 * a name, which it keeps when its code changes.
 */
function identifyWasm(name: string, url: string): Identified {
  const file = url.replace(/^.*\//s, '');
  const module = /^(.+)-[0-9a-f]{8,}$/.exec(file)?.[1] ?? `wasm:${file}`;
  const fn: FunctionInfo = { ...NOT_JS, key: `wasm\t${module}\t${name}`, name, category: 'wasm', module };
  return { fn, tier: 'none', hidden: false };
}

/** Adds the nodes to the builder's tree; −1 for idle. */
function addNodes(builder: ProfileBuilder, nodes: readonly Node[], rules: IdentityRules | undefined): Int32Array {
  const treeNode = new Int32Array(nodes.length);
  nodes.forEach((node, i) => {
    const parent = node.parent < 0 ? 0 : (treeNode[node.parent] as number);
    const meta = read.text(node.callFrame.url) === '' ? v8Meta(node.name) : undefined;
    if (meta === 'root') treeNode[i] = parent;
    else if (meta === 'idle') treeNode[i] = -1;
    else {
      const found = meta ?? identifyNode(node, rules);
      const frame = builder.internFrame(builder.internFunction(found.fn), found.tier, '', found.hidden);
      treeNode[i] = builder.child(Math.max(parent, 0), frame);
    }
  });
  return treeNode;
}

/** A time for each sample, or undefined. */
function timesOf(value: unknown, place: string, samples: number): readonly unknown[] | undefined {
  const list = value === undefined ? undefined : read.array(value, place);
  return list === undefined || list.length < samples ? undefined : list;
}

/** Samples in rising time; V8 writes some deltas negative. Times in microseconds. */
function orderedSamples(profile: JsonObject, ids: ReadonlyMap<number, number>): { node: number; at: number }[] {
  const samples = read.array(profile.samples ?? [], 'samples');
  const deltas = timesOf(profile.timeDeltas, 'timeDeltas', samples.length);
  const times = timesOf(profile.timestamps, 'timestamps', samples.length);
  let at = 0;
  const rows = samples.map((value, i) => {
    const node = ids.get(read.number(value, `samples[${i}]`));
    if (node === undefined) throw read.fault(`samples[${i}]`, 'the id of a node');
    if (deltas !== undefined) at += read.number(deltas[i], `timeDeltas[${i}]`);
    else if (times !== undefined) at = read.number(times[i], `timestamps[${i}]`);
    // 285 years of microseconds: sums stay exact.
    if (Math.abs(at) > Number.MAX_SAFE_INTEGER) throw read.fault(`the time of samples[${i}]`, 'in microseconds');
    return { node, at };
  });
  return rows.sort((a, b) => a.at - b.at);
}

/** Where the time of a function went, by source line: `positionTicks` counts samples, lines from 1. */
function lineTicks(nodes: readonly Node[], treeNode: Int32Array): LineTicks[] {
  const ticks: LineTicks[] = [];
  nodes.forEach(({ fields }, i) => {
    if (!Array.isArray(fields.positionTicks) || (treeNode[i] as number) < 0) return;
    for (const tick of fields.positionTicks) {
      if (!isObject(tick) || typeof tick.line !== 'number' || typeof tick.ticks !== 'number') continue;
      ticks.push({ node: treeNode[i] as number, line: tick.line, samples: tick.ticks });
    }
  });
  return ticks;
}

/** Samples of a node in files that keep no list of samples. */
function hits({ id, hitCount, positionTicks }: JsonObject): number {
  let sum = 0;
  if (typeof hitCount === 'number') sum = hitCount;
  else if (Array.isArray(positionTicks)) {
    for (const tick of positionTicks) if (isObject(tick) && typeof tick.ticks === 'number') sum += tick.ticks;
  }
  if (!(sum >= 0 && sum <= Number.MAX_SAFE_INTEGER)) throw read.fault(`the count of node ${id}`, 'a number of samples');
  return sum;
}

/** Of so few samples nothing says which interval is usual. */
const FEWEST = 10;
/** V8's sampler is late by a few intervals when the machine is busy; by more, it was stopped with its program. */
const LATE = 5;

/** The intervals between samples, in microseconds. */
interface Intervals {
  /** What one sample stands for. */
  readonly usual: number;
  /** From here on it is a gap, in which there was no CPU to take a sample. */
  readonly gap: number;
  /** Gaps, and what they last together. */
  readonly gaps: number;
  readonly missing: number;
}

function intervalsOf(rows: readonly { readonly at: number }[]): Intervals {
  const all = rows.slice(1).map(({ at }, i) => at - (rows[i]?.at ?? at));
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
  const median = all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
  const gap = all.length < FEWEST || median <= 0 ? Number.POSITIVE_INFINITY : LATE * median;
  const short = all.filter((one) => one < gap);
  const usual = short.length > 0 ? sum(short) / short.length : 0;
  const gaps = all.length - short.length;
  return { usual, gap, gaps, missing: sum(all) - sum(short) - gaps * usual };
}

/** Gaps of this part of the recording. */
const WORTH_SAYING = 0.01;

function gapWords(gaps: number, missing: number, span: number): string {
  const seconds = `${formatSeconds(missing / 1e6)} of ${formatSeconds(span / 1e6)}`;
  return `there are ${gaps} gap(s) without samples, ${seconds}: idle, throttled or suspended, not CPU`;
}

/**
 * `value` is parsed JSON for which `isCpuProfile` holds. Throws `PROFILE_INVALID` where the file contradicts itself.
 */
export function importCpuProfile(value: JsonObject, rules?: IdentityRules): Profile {
  const builder = new ProfileBuilder();
  const { nodes, ids } = orderedNodes(value);
  const treeNode = addNodes(builder, nodes, rules);
  const process = builder.addProcess({ pid: null, name: '', cpuSeconds: null, partial: false, perfMap: null });
  const thread = builder.addThread({ process, tid: null, name: '' });
  const counted = new WeightedSamples(builder);
  const rows = orderedSamples(value, ids);
  const start = typeof value.startTime === 'number' ? value.startTime : 0;
  const end = typeof value.endTime === 'number' ? value.endTime : start;
  const first = rows[0]?.at ?? 0;
  // A sample stands for the time until the next one, unless a gap follows; then, and at the end, for the usual time.
  const span = (rows.at(-1)?.at ?? 0) - first;
  const { usual, gap, gaps, missing } = intervalsOf(rows);
  const timed = usual > 0;
  const { timeDeltas, timestamps } = value;
  const times = timeDeltas ?? timestamps;
  const isShort = Array.isArray(times) && times.length < rows.length;
  rows.forEach(({ node, at }, i) => {
    const target = treeNode[node] as number;
    if (target < 0) {
      counted.ledger.filter('idle', 1);
      return;
    }
    const until = (rows[i + 1]?.at ?? at + usual) - at;
    const micros = until < gap ? until : usual;
    const atMs = Math.min(Math.floor((at - first) / 1000), 0x7fffffff);
    counted.add(timed ? atMs : -1, thread, target, 1, timed ? micros * 1000 : 1);
  });
  if (rows.length === 0) {
    nodes.forEach((node, i) => {
      const count = hits(node.fields);
      const target = treeNode[i] as number;
      if (target < 0) counted.ledger.filter('idle', Math.round(count));
      else if (count > 0) counted.add(-1, thread, target, count, count);
    });
  }
  // The old form counts seconds, the new one microseconds since some start of the machine.
  const seconds = end > start ? (isObject(value.head) ? end - start : (end - start) / 1e6) : span / 1e6;
  const facts = {
    ...NO_FACTS,
    source: 'cpuprofile' as const,
    event: 'cpu',
    seconds: seconds > 0 ? seconds : null,
    hz: (timed && Math.round(1e6 / usual)) || null,
    warnings: [
      ...(isShort ? ['it has fewer times than samples: they are drawn without time'] : []),
      ...(missing > WORTH_SAYING * span ? [gapWords(gaps, missing, span)] : []),
    ],
  };
  const profile = builder.finish(facts, counted.finish(), timed ? 'nanoseconds' : 'samples');
  return { ...profile, lineTicks: lineTicks(nodes, treeNode) };
}
