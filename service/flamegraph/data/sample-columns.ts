/** Samples with their time and thread, in the order of the drawn tree. */
import type { RecordedSamples } from '../../compare/differential.ts';
import type { Profile } from '../../profile/profile.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { Packer, packNumbers } from './codec.ts';
import type { FlameTree } from './flame-tree.ts';

export interface PackedSamples {
  /** Milliseconds of one step of time. */
  readonly binMs: number;
  /** Steps of the whole recording; 0 where no times are known. */
  readonly bins: number;
  readonly threads: readonly { readonly process: number; readonly name: string }[];
  readonly processes: readonly string[];
  /**
   * For each sample of each node, in the tree's order, the step from the thread of the sample before in the same node,
   * and the step of time (0 = not known; else 1 + time step; a difference where the thread is the same as before).
   */
  readonly thread: string;
  readonly time: string;
}

/** The rows of the heat map. */
const BIN_MS = 20;
/**
 * A sample costs some two bytes: beyond these numbers of samples, time is kept in coarser steps, which gzip makes
 * cheaper, so that a report stays small enough to mail.
 */
const COARSER: readonly (readonly [number, number])[] = [
  [100_000, 20],
  [300_000, 100],
  [Number.POSITIVE_INFINITY, 1000],
];

/** Nodes of the profile → nodes of the drawn tree. */
function placeNodes(profile: Profile, tree: FlameTree, rankOf: Int32Array): Int32Array {
  const { frames, tree: calls } = profile;
  const children = new Map<number, number>();
  const functions = profile.functions.length + 1;
  for (let node = 1; node < tree.length; node++) {
    children.set((tree.parent[node] as number) * functions + (tree.fn[node] as number), node);
  }
  const placed = new Int32Array(calls.length);
  for (let node = 1; node < calls.length; node++) {
    const up = placed[calls.parent[node] as number] as number;
    const frame = calls.frame[node] as number;
    const rank = rankOf[frames.functionOf[frame] as number] as number;
    // A node that no sample reached is not in the drawn tree; no row asks for it.
    placed[node] = frames.hidden[frame] === 1 ? up : (children.get(up * functions + rank) ?? 0);
  }
  return placed;
}

function binFor(samples: number): number {
  return COARSER.find(([most]) => samples <= most)?.[1] ?? BIN_MS;
}

/** When samples of one recording were taken, by node of a drawn tree of several recordings. */
export interface PackedTimes {
  /** Column of `FlameData.self` that they belong to. */
  readonly side: number;
  /** What one of them adds to it. */
  readonly scale: number;
  /** Steps of time of the whole recording. */
  readonly bins: number;
  /** For each node that has samples the step from the one before, and how many. */
  readonly nodes: string;
  /** Steps of time by node, in order: the first + 1 (0: not known), then differences. */
  readonly times: string;
}

/** Null where no times are known. `nodeOf`: drawn node by node of the samples. */
export function packTimes(
  recordings: readonly RecordedSamples[],
  nodeOf: Int32Array,
): { readonly binMs: number; readonly recordings: readonly PackedTimes[] } | null {
  const counted = recordings.map(({ count }) => count.reduce((sum, one) => sum + one, 0));
  const binMs = binFor(Math.max(...counted));
  const packed = recordings.map((recording) => packRecording(recording, nodeOf, binMs));
  return packed.every(({ bins }) => bins > 0) ? { binMs, recordings: packed } : null;
}

function packRecording(recording: RecordedSamples, nodeOf: Int32Array, binMs: number): PackedTimes {
  const { node, atMs, count, seconds } = recording;
  const last = atMs.reduce((most, at) => Math.max(most, at), -1);
  const long = seconds <= LONGEST_SECONDS ? Math.round((seconds * 1000) / binMs) : 0;
  const bins = last < 0 ? 0 : Math.max(long, Math.floor(last / binMs) + 1);
  const keys = Float64Array.from(node, (at, row) => {
    const time = (atMs[row] as number) < 0 ? 0 : Math.floor((atMs[row] as number) / binMs) + 1;
    return (nodeOf[at] as number) * (bins + 1) + time;
  });
  const order = Float64Array.from(keys, (_, row) => row).sort((a, b) => (keys[a] as number) - (keys[b] as number));
  const nodes: number[] = [];
  const times = new Packer();
  let [place, before, time] = [-1, 0, 0];
  for (const row of order) {
    const key = keys[row] as number;
    const at = Math.floor(key / (bins + 1));
    if (at !== place) {
      nodes.push(at - before, 0);
      [place, before, time] = [at, at, 0];
    }
    for (let n = count[row] as number; n > 0; n--) {
      times.add((key % (bins + 1)) - time);
      time = key % (bins + 1);
      nodes[nodes.length - 1] = (nodes.at(-1) as number) + 1;
    }
  }
  const side = recording.side === 'hot' ? 0 : 1;
  return { side, scale: recording.coresPerSample, bins, nodes: packNumbers(nodes), times: `${times}` };
}

/** Longer recordings than a day are a broken clock's. */
const LONGEST_SECONDS = 86_400;

/** Bins of the recording, its quiet end included, so that cores of a part of it can be told; 0: no times. */
function countBins(profile: Profile, binMs: number): number {
  let last = -1;
  for (let row = 0; row < profile.samples.length; row++) {
    const at = profile.samples.atMs[row] as number;
    if (at >= 0) last = Math.max(last, Math.floor(at / binMs));
  }
  const seconds = profile.facts.seconds ?? 0;
  if (last < 0 || !(seconds > 0) || seconds > LONGEST_SECONDS) return last + 1;
  return Math.max(last + 1, Math.round((seconds * 1000) / binMs));
}

/** Rows of samples sorted by node, thread, time. A double holds all three for any capture that fits in memory. */
function sortedRows(
  profile: Profile,
  placed: Int32Array,
  binMs: number,
  bins: number,
): { keys: Float64Array; order: Float64Array } {
  const { samples, threads } = profile;
  const keys = new Float64Array(samples.length);
  for (let row = 0; row < samples.length; row++) {
    const at = samples.atMs[row] as number;
    const time = at < 0 ? 0 : Math.floor(at / binMs) + 1;
    const node = placed[samples.node[row] as number] as number;
    keys[row] = (node * threads.length + (samples.thread[row] as number)) * (bins + 1) + time;
  }
  const order = Float64Array.from(keys, (_, row) => row);
  order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
  return { keys, order };
}

/** Null where a selection could select nothing: one thread and no times. */
export function packSamples(profile: Profile, tree: FlameTree, rankOf: Int32Array): PackedSamples | null {
  const { samples, threads, processes } = profile;
  let count = 0;
  for (let row = 0; row < samples.length; row++) count += samples.count[row] as number;
  const binMs = binFor(count);
  const bins = countBins(profile, binMs);
  if (threads.length < 2 && bins === 0) return null;
  const { keys, order } = sortedRows(profile, placeNodes(profile, tree, rankOf), binMs, bins);
  const thread = new Packer();
  const time = new Packer();
  let node = -1;
  let lastThread = 0;
  let lastTime = 0;
  for (const row of order) {
    const key = keys[row] as number;
    const at = Math.floor(key / (bins + 1) / threads.length);
    const threadId = Math.floor(key / (bins + 1)) % threads.length;
    const when = key % (bins + 1);
    for (let n = samples.count[row] as number; n > 0; n--) {
      const fresh = at !== node;
      thread.add(fresh ? threadId : threadId - lastThread);
      time.add(fresh || threadId !== lastThread ? when : when - lastTime);
      node = at;
      lastThread = threadId;
      lastTime = when;
    }
  }
  return {
    binMs,
    bins,
    threads: threads.map((info) => ({
      process: info.process,
      name: visible(info.tid === null ? info.name : `${info.name} ${info.tid}`),
    })),
    processes: processes.map((info) => visible(info.pid === null ? info.name : `${info.name} ${info.pid}`)),
    thread: `${thread}`,
    time: `${time}`,
  };
}
