/** pprof's protobuf, https://github.com/google/pprof/blob/main/proto/profile.proto; gzip is undone before. */
import { Profile as Pprof } from 'pprof-format';
import { type Identified, type IdentityRules, identify } from '../profile/identity.ts';
import { SampleLedger } from '../profile/ledger.ts';
import type { Profile } from '../profile/profile.ts';
import { NO_FACTS, ProfileBuilder } from '../profile/profile-builder.ts';
import { AppError } from '../shared/errors.ts';

type Numeric = number | bigint;

/** Nanoseconds of the units that profilers write. */
const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ['nanoseconds', 1],
  ['microseconds', 1e3],
  ['milliseconds', 1e6],
  ['seconds', 1e9],
]);

/** Names of value types about CPU time, best first. */
const CPU_TYPES = ['cpu', 'samples', 'sample', 'wall', 'inuse_space', 'alloc_space'];

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('PROFILE_INVALID', `This pprof file is damaged: ${what}.`, cause === undefined ? {} : { cause });
}

/** The message, or undefined when the bytes are no pprof profile: any bytes could begin like one. */
export function decodePprof(bytes: Uint8Array): Pprof | undefined {
  // The tag of one of profile.proto's fields 1 to 15, a number or a message: writers may begin with any.
  const tag = bytes[0] ?? 0;
  if (tag < 0x08 || tag > 0x7f || ((tag & 7) !== 0 && (tag & 7) !== 2)) return undefined;
  try {
    const profile = Pprof.decode(bytes);
    return profile.sampleType.length > 0 && profile.stringTable.strings[0] === '' ? profile : undefined;
  } catch {
    return undefined;
  }
}

class PprofImport {
  readonly builder: ProfileBuilder = new ProfileBuilder();
  private readonly from: Pprof;
  private readonly rules: IdentityRules | undefined;
  private readonly functions: ReadonlyMap<number, Pprof['function'][number]>;
  private readonly locations: ReadonlyMap<number, Pprof['location'][number]>;
  private readonly mappings: ReadonlyMap<number, Pprof['mapping'][number]>;
  private readonly framesOf = new Map<number, readonly number[]>();
  private readonly processes = new Map<number, number>();
  private readonly threads = new Map<string, number>();

  constructor(from: Pprof, rules: IdentityRules | undefined) {
    this.from = from;
    this.rules = rules;
    this.functions = new Map(from.function.map((fn) => [Number(fn.id), fn]));
    this.locations = new Map(from.location.map((location) => [Number(location.id), location]));
    this.mappings = new Map(from.mapping.map((mapping) => [Number(mapping.id), mapping]));
  }

  text(index: Numeric | undefined): string {
    return this.from.stringTable.strings[Number(index ?? 0)] ?? '';
  }

  /** Frames of a location, outermost first: its lines are innermost first. */
  private frames(id: number): readonly number[] {
    const known = this.framesOf.get(id);
    if (known !== undefined) return known;
    const location = this.locations.get(id);
    if (location === undefined) throw damaged(`it names location ${id}, which it does not describe`);
    const mapping = this.mappings.get(Number(location.mappingId));
    const module = mapping === undefined ? '' : this.text(mapping.filename);
    const frames = location.line
      .map((line) => {
        const fn = this.functions.get(Number(line.functionId));
        const name = this.text(fn?.name) || this.text(fn?.systemName);
        const found = this.identify(name, this.text(fn?.filename), Number(fn?.startLine || line.line), module);
        return this.frame(found);
      })
      .reverse();
    if (frames.length === 0) frames.push(this.frame(identify('', module, this.rules)));
    this.framesOf.set(id, frames);
    return frames;
  }

  private identify(name: string, file: string, line: number, module: string): Identified {
    if (!/^(?:file:|node:)|\.[cm]?[jt]sx?$/.test(file)) return identify(name, module, this.rules);
    const plain = /^\((?:anonymous|module)\)$/.test(name) ? '' : name;
    return { ...identify(`JS:${plain} ${file}:${Math.max(1, line)}`, '', this.rules), tier: 'none' };
  }

  private frame({ fn, tier, hidden }: Identified): number {
    return this.builder.internFrame(this.builder.internFunction(fn), tier, '', hidden);
  }

  node(locationIds: readonly Numeric[]): number {
    let node = 0;
    for (let i = locationIds.length - 1; i >= 0; i--) {
      for (const frame of this.frames(Number(locationIds[i]))) node = this.builder.child(node, frame);
    }
    return node;
  }

  /** Thread and time from labels, in the spelling of Go, Datadog and our own export. */
  place(labels: Pprof['sample'][number]['label']): { thread: number; atNs: number | undefined } {
    let [pid, tid, name, atNs] = [0, 0, '', undefined as number | undefined];
    for (const label of labels) {
      const key = this.text(label.key).replace(/[ _]/g, '');
      const value = Number(label.num) || Number(this.text(label.str)) || 0;
      if (key === 'pid' || key === 'processid') pid = value;
      else if (key === 'tid' || key === 'threadid') tid = value;
      else if (key === 'thread' || key === 'threadname' || key === 'comm') name = this.text(label.str);
      else if (key === 'endtimestampns') atNs = value;
    }
    return { thread: this.thread(pid, tid, name), atNs };
  }

  private thread(pid: number, tid: number, name: string): number {
    const key = `${pid} ${tid} ${name}`;
    const known = this.threads.get(key);
    if (known !== undefined) return known;
    let process = this.processes.get(pid);
    if (process === undefined) {
      const info = { pid: pid || null, name, cpuSeconds: null, partial: false, perfMap: null };
      process = this.builder.addProcess(info);
      this.processes.set(pid, process);
    }
    const id = this.builder.addThread({ process, tid: tid || null, name });
    this.threads.set(key, id);
    return id;
  }
}

/** Which value is the number of samples and which the weight; each may be missing. */
function chooseValues(types: readonly { type: string; unit: string }[]): { count: number; weight: number } {
  const count = types.findIndex(({ type, unit }) => unit === 'count' && /^samples?$/.test(type));
  const rank = ({ type }: { type: string }) => (CPU_TYPES.indexOf(type) + 99) % 99;
  let weight = -1;
  types.forEach((type, i) => {
    if (i !== count && (weight < 0 || rank(type) < rank(types[weight] as { type: string }))) weight = i;
  });
  return { count, weight: weight < 0 ? count : weight };
}

/** Throws `PROFILE_INVALID` when the message contradicts itself. */
export function importPprof(from: Pprof, rules?: IdentityRules): Profile {
  const work = new PprofImport(from, rules);
  const types = from.sampleType.map((type) => ({ type: work.text(type.type), unit: work.text(type.unit) }));
  const { count, weight } = chooseValues(types);
  const scale = NANOSECONDS.get(types[weight]?.unit ?? '') ?? 0;
  const period = Number(from.period) * (NANOSECONDS.get(work.text(from.periodType?.unit)) ?? 0);
  const start = Number(from.timeNanos);
  const ledger = new SampleLedger();
  for (const sample of from.sample) {
    const value = Number(sample.value[weight] ?? 0) * (scale || 1);
    const raw = count >= 0 ? Number(sample.value[count] ?? 0) : scale > 0 && period > 0 ? value / period : value;
    if (!Number.isFinite(value) || !Number.isFinite(raw) || value < 0 || raw < 0) {
      throw damaged('a sample has a negative value; a difference of profiles cannot be drawn as one');
    }
    const samples = Math.min(Math.round(raw), 0x7fffffff);
    const { thread, atNs } = work.place(sample.label);
    const ms = atNs === undefined ? -1 : Math.floor((atNs - start) / 1e6);
    work.builder.addSample(ms >= 0 && ms < 0x7fffffff ? ms : -1, thread, work.node(sample.locationId), samples, value);
    ledger.draw(samples);
  }
  const facts = {
    ...NO_FACTS,
    source: 'pprof' as const,
    event: types[weight]?.type ?? null,
    startedAtMs: start > 0 ? Math.floor(start / 1e6) : null,
    seconds: Number(from.durationNanos) > 0 ? Number(from.durationNanos) / 1e9 : null,
    hz: period > 0 ? Math.round(1e9 / period) : null,
  };
  return work.builder.finish(
    facts,
    ledger.finish(),
    scale > 0 ? 'nanoseconds' : count === weight ? 'samples' : 'events',
  );
}
