/** A profile as pprof's protobuf, gzipped, as `go tool pprof`, Pyroscope and speedscope read it. */
import { gzipSync } from 'node:zlib';
import { Profile as Pprof, type ProfileInput, StringTable } from 'pprof-format';
import type { FunctionInfo, Profile } from '../profile/profile.ts';

type Location = NonNullable<ProfileInput['location']>[number];
type Mapping = NonNullable<ProfileInput['mapping']>[number];
type Sample = NonNullable<ProfileInput['sample']>[number];

/** Tables of the message; ids count from 1, 0 means none. */
class PprofTables {
  readonly strings: StringTable = new StringTable();
  readonly mapping: Mapping[] = [];
  private readonly mappingIds = new Map<string, number>();

  mappingOf(module: string | null): number {
    if (module === null) return 0;
    let id = this.mappingIds.get(module);
    if (id === undefined) {
      id = this.mappingIds.size + 1;
      this.mappingIds.set(module, id);
      this.mapping.push({ id, filename: this.strings.dedup(module), hasFunctions: true });
    }
    return id;
  }

  /** One location a function: the profile merges addresses, so a location is its function's first line. */
  location(fn: FunctionInfo, id: number): Location {
    return { id, mappingId: this.mappingOf(fn.module), line: [{ functionId: id, line: fn.line ?? 0 }] };
  }

  describe(fn: FunctionInfo, id: number): NonNullable<ProfileInput['function']>[number] {
    const name = this.strings.dedup(fn.name);
    return { id, name, systemName: name, filename: this.strings.dedup(fn.file ?? ''), startLine: fn.line ?? 0 };
  }
}

/** Location ids of each node, leaf first; V8's stubs are left out. */
function stackOf(profile: Profile, node: number): number[] {
  const { tree, frames } = profile;
  const stack: number[] = [];
  for (let at = node; at > 0; at = tree.parent[at] as number) {
    const frame = tree.frame[at] as number;
    if (frames.hidden[frame] === 0) stack.push((frames.functionOf[frame] as number) + 1);
  }
  return stack;
}

/** Rows of one thread and node are one sample: pprof files are sums. */
function samples(profile: Profile, strings: StringTable): Sample[] {
  const sums = new Map<number, { row: number; count: number; weight: number }>();
  const { node, thread, count, weight } = profile.samples;
  for (let row = 0; row < profile.samples.length; row++) {
    const key = (node[row] as number) * profile.threads.length + (thread[row] as number);
    const sum = sums.get(key) ?? { row, count: 0, weight: 0 };
    sum.count += count[row] as number;
    sum.weight += weight[row] as number;
    sums.set(key, sum);
  }
  const labels = profile.threads.map(({ process, tid, name }) => {
    const pid = profile.processes[process]?.pid ?? 0;
    const label: NonNullable<Sample['label']> = [];
    if (pid > 0) label.push({ key: strings.dedup('pid'), num: pid });
    if (tid !== null && tid > 0) label.push({ key: strings.dedup('tid'), num: tid });
    if (name !== '') label.push({ key: strings.dedup('thread'), str: strings.dedup(name) });
    return label;
  });
  return [...sums.values()].map((sum) => ({
    locationId: stackOf(profile, node[sum.row] as number),
    value: [sum.count, Math.round(sum.weight)],
    label: labels[thread[sum.row] as number] ?? [],
  }));
}

/** Values: samples, and CPU time (or the sum of whatever the event counts). */
export function exportPprof(profile: Profile): Uint8Array {
  const tables = new PprofTables();
  const { strings } = tables;
  const nanoseconds = profile.weightUnit === 'nanoseconds';
  const weight = {
    type: strings.dedup(nanoseconds ? 'cpu' : 'weight'),
    unit: strings.dedup(nanoseconds ? 'nanoseconds' : 'count'),
  };
  const { facts } = profile;
  const message = new Pprof({
    sampleType: [{ type: strings.dedup('samples'), unit: strings.dedup('count') }, weight],
    sample: samples(profile, strings),
    location: profile.functions.map((fn, i) => tables.location(fn, i + 1)),
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
