/** pprof's protobuf, https://github.com/google/pprof/blob/main/proto/profile.proto; gzip is undone before. */
import type { Profile as Pprof } from 'pprof-format';
import { v8Meta } from '../../profile/formats/v8-meta.ts';
import { SUMS_WARNING } from '../../profile/formats/weight-kind.ts';
import { WeightedSamples } from '../../profile/formats/weighted-samples.ts';
import { type Identified, type IdentityRules, identify } from '../../profile/identity/identity.ts';
import type { LineTicks, Profile } from '../../profile/profile.ts';
import { NO_FACTS, ProfileBuilder } from '../../profile/profile-builder.ts';
import { damaged } from './decode-pprof.ts';
import { sampleCounts } from './pprof-counts.ts';
import { chooseValues, NANOSECONDS } from './pprof-values.ts';

type Numeric = number | bigint;

/** Values and labels are signed; the decoder takes them as 64 bits without a sign. */
function signed(value: Numeric): number {
  return Number(typeof value === 'bigint' ? BigInt.asIntN(64, value) : value);
}

/** What a location stands for. */
interface Place {
  /** Outermost first. */
  readonly frames: (number | 'root' | 'idle')[];
  /** Of the innermost frame, that was executed; 0 where it is not known. */
  readonly line: number;
}

class PprofImport {
  readonly builder: ProfileBuilder = new ProfileBuilder();
  private readonly from: Pprof;
  private readonly rules: IdentityRules | undefined;
  // 64-bit ids do not fit a JavaScript number: they are kept as the decoder gives them.
  private readonly functions: ReadonlyMap<Numeric, Pprof['function'][number]>;
  private readonly locations: ReadonlyMap<Numeric, Pprof['location'][number]>;
  private readonly mappings: ReadonlyMap<Numeric, Pprof['mapping'][number]>;
  private readonly placeOf = new Map<Numeric, Place>();
  /** Some line is another than that on which its function begins. */
  private tellsLines = false;
  private readonly ticks = new Map<string, LineTicks>();
  private readonly processes = new Map<number, number>();
  private readonly threads = new Map<string, number>();

  constructor(from: Pprof, rules: IdentityRules | undefined) {
    this.from = from;
    this.rules = rules;
    this.functions = new Map(from.function.map((fn) => [fn.id, fn]));
    this.locations = new Map(from.location.map((location) => [location.id, location]));
    this.mappings = new Map(from.mapping.map((mapping) => [mapping.id, mapping]));
  }

  text(index: Numeric | undefined): string {
    const text = this.from.stringTable.strings[Number(index ?? 0)];
    if (text === undefined) throw damaged(`it refers to string ${index}, which it does not have`);
    return text;
  }

  /** Frames of a location, outermost first: its lines are innermost first, each inlined into the next. */
  private frames(id: Numeric): Place {
    const known = this.placeOf.get(id);
    if (known !== undefined) return known;
    const location = this.locations.get(id);
    if (location === undefined) throw damaged(`it refers to location ${id}, which it does not describe`);
    const mapping = this.mappings.get(location.mappingId);
    const module = mapping === undefined ? '' : this.text(mapping.filename);
    const lines = location.line.map((line, i) => {
      const fn = this.functions.get(line.functionId);
      if (fn === undefined) throw damaged(`it refers to function ${line.functionId}, which it does not describe`);
      const inlined = i < location.line.length - 1;
      return { frame: this.functionFrame(fn, module, inlined), line: Number(line.line), from: Number(fn.startLine) };
    });
    const innermost = lines[0];
    if (lines.some(({ line, from }) => line > 0 && line !== from)) this.tellsLines = true;
    const place = {
      frames: lines.map(({ frame }) => frame).reverse(),
      line: innermost !== undefined && typeof innermost.frame === 'number' ? innermost.line : 0,
    };
    if (lines.length === 0) place.frames.push(this.frame(identify('', module, this.rules)));
    this.placeOf.set(id, place);
    return place;
  }

  private functionFrame(fn: Pprof['function'][number], module: string, inlined: boolean): number | 'root' | 'idle' {
    const name = this.text(fn.name) || this.text(fn.systemName);
    const file = this.text(fn.filename);
    const meta = file === '' ? v8Meta(name) : undefined;
    if (meta === 'root' || meta === 'idle') return meta;
    return this.frame(meta ?? this.identify(name, file, Number(fn.startLine), module), inlined);
  }

  /** `line`: where the function begins; 0 where the file does not say. The line that was executed is another. */
  private identify(name: string, file: string, line: number, module: string): Identified {
    if (!/^(?:file:|node:)|\.[cm]?[jt]sx?$/.test(file)) return identify(name, module, this.rules);
    const plain = name === '(anonymous)' || (name === '(module)' && line > 0) ? '' : name;
    const at = line > 0 ? `:${line}` : '';
    return { ...identify(`JS:${plain} ${file}${at}`, '', this.rules), tier: 'none' };
  }

  /** `inlined` counts for JavaScript only: compare would take Go's or C++'s for V8's. */
  private frame({ fn, tier, hidden }: Identified, inlined = false): number {
    return this.builder.internFrame(this.builder.internFunction(fn), tier, '', hidden, inlined && fn.file !== null);
  }

  /** Undefined for the stack of an idle thread. */
  node(locationIds: readonly Numeric[]): number | undefined {
    let node = 0;
    for (let i = locationIds.length - 1; i >= 0; i--) {
      for (const frame of this.frames(locationIds[i] as Numeric).frames) {
        if (frame === 'idle') return undefined;
        if (frame !== 'root') node = this.builder.child(node, frame);
      }
    }
    return node;
  }

  /** Notes on which line of its leaf a sample was taken. */
  tick(node: number, leaf: Numeric | undefined, samples: number): void {
    const line = leaf === undefined ? 0 : this.frames(leaf).line;
    if (node === 0 || line <= 0 || samples === 0) return;
    const key = `${node} ${line}`;
    const known = this.ticks.get(key);
    this.ticks.set(key, { node, line, samples: samples + (known?.samples ?? 0) });
  }

  /** By line; undefined where the only lines in the file are those on which functions begin. */
  get lineTicks(): LineTicks[] | undefined {
    return this.tellsLines ? [...this.ticks.values()] : undefined;
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

/** Samples that a value stands for, where the file does not count them: by the period of time, else one a stack. */
function samplesOf(value: number, isTime: boolean, period: number): number {
  if (isTime && period > 0) return value / period;
  return value > 0 ? 1 : 0;
}

/** Which of a sample's values count what. */
interface DrawnValues {
  readonly types: number;
  readonly count: number;
  readonly weight: number;
  /** Nanoseconds in one of the values, 0 where they are no time. */
  readonly scale: number;
  /** Nanoseconds from one sample to the next. */
  readonly period: number;
}

function readValues(values: readonly Numeric[], drawn: DrawnValues): { samples: number; value: number } {
  const { types, count, weight, scale, period } = drawn;
  if (values.length !== types) {
    throw damaged(`a sample has ${values.length} value(s), but the file has ${types} sample type(s)`);
  }
  const value = signed(values[weight] as Numeric) * (scale || 1);
  const samples = count >= 0 ? signed(values[count] as Numeric) : samplesOf(value, scale > 0, period);
  if (value < 0 || samples < 0) {
    throw damaged('a sample has a negative value; the difference of two profiles cannot be drawn as a profile');
  }
  return { samples, value };
}

/** `event`: the values to draw. Throws `PROFILE_INVALID` when the message contradicts itself. */
export function importPprof(from: Pprof, rules?: IdentityRules, event?: string): Profile {
  const work = new PprofImport(from, rules);
  const types = from.sampleType.map((type) => ({ type: work.text(type.type), unit: work.text(type.unit) }));
  const chosen = chooseValues(types, event, work.text(from.defaultSampleType));
  const { count, weight, others } = chosen;
  const { type, unit } = types[weight] as (typeof types)[number];
  const scale = NANOSECONDS.get(unit) ?? 0;
  const given = Number(from.period) * (NANOSECONDS.get(work.text(from.periodType?.unit)) ?? 0);
  const values = () => from.sample.map(({ value }) => signed(value[weight] ?? 0)).filter((value) => value > 0);
  const counts = sampleCounts(types, chosen, scale, given, values);
  const start = Number(from.timeNanos);
  const drawn = { types: types.length, count, weight, scale, period: counts.period };
  const rows = new WeightedSamples(work.builder);
  for (const sample of from.sample) {
    const { samples, value } = readValues(sample.value, drawn);
    if (value === 0 && samples === 0) continue;
    const { thread, atNs } = work.place(sample.label);
    const ms = atNs === undefined ? -1 : Math.floor((atNs - start) / 1e6);
    const node = work.node(sample.locationId);
    if (node === undefined) {
      rows.ledger.filter('idle', Math.round(samples));
      continue;
    }
    rows.add(ms >= 0 && ms < 0x7fffffff ? ms : -1, thread, node, samples, value);
    work.tick(node, sample.locationId[0], samples);
  }
  const note = `drawing ${type} in ${unit}; the file also has ${others.join(', ')}: choose with --event NAME.`;
  const facts = {
    ...NO_FACTS,
    source: 'pprof' as const,
    event: type || null,
    startedAtMs: start > 0 ? Math.floor(start / 1e6) : null,
    seconds: Number(from.durationNanos) > 0 ? Number(from.durationNanos) / 1e9 : null,
    hz: counts.period > 0 ? Math.round(1e9 / counts.period) : null,
    warnings: [...(others.length > 0 ? [note] : []), ...(counts.unit === undefined ? [] : [SUMS_WARNING])],
  };
  const weightUnit = scale > 0 ? 'nanoseconds' : count === weight && counts.unit === undefined ? 'samples' : 'events';
  const profile = work.builder.finish(facts, rows.finish(counts.unit), weightUnit);
  const { lineTicks } = work;
  return { ...profile, ...(lineTicks === undefined ? {} : { lineTicks }) };
}
