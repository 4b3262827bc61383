/** A profile as pprof's protobuf, gzipped, as `go tool pprof`, Pyroscope and speedscope read it. */
import { gzipSync } from 'node:zlib';
import { Profile as Pprof, type ProfileInput, StringTable } from 'pprof-format';
import type { FunctionInfo, Profile } from '../../profile/profile.ts';

type Location = NonNullable<ProfileInput['location']>[number];
type Mapping = NonNullable<ProfileInput['mapping']>[number];
type Sample = NonNullable<ProfileInput['sample']>[number];

/** Tables of the message; ids count from 1, 0 means none. */
class PprofTables {
  readonly strings: StringTable = new StringTable();
  readonly mapping: Mapping[] = [];
  readonly location: Location[] = [];
  private readonly functions: readonly FunctionInfo[];
  private readonly mappingIds = new Map<string, number>();
  private readonly locationIds = new Map<string, number>();

  constructor(functions: readonly FunctionInfo[]) {
    this.functions = functions;
  }

  private mappingOf(module: string | null): number {
    if (module === null) return 0;
    let id = this.mappingIds.get(module);
    if (id === undefined) {
      id = this.mappingIds.size + 1;
      this.mappingIds.set(module, id);
      this.mapping.push({ id, filename: this.strings.dedup(module), hasFunctions: true });
    }
    return id;
  }

  /**
   * A location is a function and a line: addresses are merged in a profile. What was inlined is in the location of its
   * caller, innermost first. `line`: of the innermost; by default a function's first line.
   */
  locationOf(code: readonly number[], line?: number): number {
    const key = `${code.join(' ')}:${line ?? ''}`;
    let id = this.locationIds.get(key);
    if (id === undefined) {
      const infos = code.map((fn) => this.functions[fn] as FunctionInfo);
      id = this.locationIds.size + 1;
      this.locationIds.set(key, id);
      const lines = infos.map((info, i) => ({
        functionId: (code[i] as number) + 1,
        line: (i === 0 ? line : undefined) ?? info.line ?? 0,
      }));
      this.location.push({ id, mappingId: this.mappingOf(infos.at(-1)?.module ?? null), line: lines });
    }
    return id;
  }

  describe(fn: FunctionInfo, id: number): NonNullable<ProfileInput['function']>[number] {
    const name = this.strings.dedup(fn.name);
    return { id, name, systemName: name, filename: this.strings.dedup(fn.file ?? ''), startLine: fn.line ?? 0 };
  }
}

/** Functions of a node's stack, leaf first, by piece of code: inlined ones before their caller. Without V8's stubs. */
function stackOf(profile: Profile, node: number): number[][] {
  const { tree, frames } = profile;
  const stack: number[][] = [];
  let within = false;
  for (let at = node; at > 0; at = tree.parent[at] as number) {
    const frame = tree.frame[at] as number;
    if (frames.hidden[frame] === 1) continue;
    const fn = frames.functionOf[frame] as number;
    if (within) stack.at(-1)?.push(fn);
    else stack.push([fn]);
    within = Boolean(frames.inlined?.[frame]);
  }
  return stack;
}

/** Sums by node and thread: pprof files have no time. */
function sumsOf(profile: Profile): { node: number; thread: number; count: number; weight: number }[] {
  const sums = new Map<number, { node: number; thread: number; count: number; weight: number }>();
  const columns = profile.samples;
  for (let row = 0; row < columns.length; row++) {
    const node = columns.node[row] as number;
    const thread = columns.thread[row] as number;
    const key = node * profile.threads.length + thread;
    const sum = sums.get(key) ?? { node, thread, count: 0, weight: 0 };
    sum.count += columns.count[row] as number;
    sum.weight += columns.weight[row] as number;
    sums.set(key, sum);
  }
  return [...sums.values()];
}

/** Lines on which the samples of a node ended, with their part of them. */
function linesOf(profile: Profile): Map<number, { line: number; share: number }[]> {
  const byNode = new Map<number, { line: number; share: number }[]>();
  const totals = new Map<number, number>();
  for (const { node, samples } of profile.lineTicks ?? []) totals.set(node, (totals.get(node) ?? 0) + samples);
  for (const { node, line, samples } of profile.lineTicks ?? []) {
    const lines = byNode.get(node) ?? [];
    lines.push({ line, share: samples / (totals.get(node) as number) });
    byNode.set(node, lines);
  }
  return byNode;
}

/** Splits a whole number by shares; the last takes what rounding leaves. */
function split(whole: number, shares: readonly number[]): number[] {
  let left = whole;
  return shares.map((share, i) => {
    const part = i === shares.length - 1 ? left : Math.min(left, Math.round(whole * share));
    left -= part;
    return part;
  });
}

function samples(profile: Profile, tables: PprofTables): Sample[] {
  const { strings } = tables;
  const labels = profile.threads.map(({ process, tid, name }) => {
    const pid = profile.processes[process]?.pid ?? 0;
    const label: NonNullable<Sample['label']> = [];
    if (pid > 0) label.push({ key: strings.dedup('pid'), num: pid });
    if (tid !== null && tid > 0) label.push({ key: strings.dedup('tid'), num: tid });
    if (name !== '') label.push({ key: strings.dedup('thread'), str: strings.dedup(name) });
    return label;
  });
  const lines = linesOf(profile);
  return sumsOf(profile).flatMap(({ node, thread, count, weight }) => {
    const [leaf, ...callers] = stackOf(profile, node);
    const rest = callers.map((code) => tables.locationOf(code));
    const label = labels[thread] ?? [];
    if (leaf === undefined) return [{ locationId: [], value: [count, Math.round(weight)], label }];
    const at = lines.get(node) ?? [{ line: undefined, share: 1 }];
    const shares = at.map(({ share }) => share);
    const counts = split(count, shares);
    const weights = split(Math.round(weight), shares);
    return at.map(({ line }, i) => ({
      locationId: [tables.locationOf(leaf, line), ...rest],
      value: [counts[i] as number, weights[i] as number],
      label,
    }));
  });
}

/** Values: samples, where there are any, and CPU time (or the sum of whatever the event counts). */
export function exportPprof(profile: Profile): Uint8Array {
  const tables = new PprofTables(profile.functions);
  const { strings } = tables;
  const nanoseconds = profile.weightUnit === 'nanoseconds';
  const weight = {
    type: strings.dedup(nanoseconds ? 'cpu' : 'weight'),
    unit: strings.dedup(nanoseconds ? 'nanoseconds' : 'count'),
  };
  const { facts } = profile;
  const hasSamples = profile.ledger.unit === undefined;
  const all = samples(profile, tables);
  const message = new Pprof({
    sampleType: hasSamples ? [{ type: strings.dedup('samples'), unit: strings.dedup('count') }, weight] : [weight],
    sample: hasSamples ? all : all.map((one) => ({ ...one, value: one.value?.slice(1) ?? [] })),
    location: tables.location,
    function: profile.functions.map((fn, i) => tables.describe(fn, i + 1)),
    mapping: tables.mapping,
    stringTable: strings,
    timeNanos: facts.startedAtMs === null ? 0 : BigInt(Math.floor(facts.startedAtMs)) * 1_000_000n,
    durationNanos: facts.seconds === null ? 0 : Math.round(facts.seconds * 1e9),
    periodType: { type: strings.dedup('cpu'), unit: strings.dedup('nanoseconds') },
    period: facts.hz === null ? 0 : Math.round(1e9 / facts.hz),
    comment: facts.event === null ? [] : [strings.dedup(`event: ${facts.event}`)],
  });
  return gzipSync(message.encode());
}
