/** pprof's protobuf, https://github.com/google/pprof/blob/main/proto/profile.proto; gzip is undone before. */
import { Profile as Pprof } from 'pprof-format';
import { WeightedSamples } from '../profile/formats/weighted-samples.ts';
import { type Identified, type IdentityRules, identify } from '../profile/identity/identity.ts';
import type { Profile } from '../profile/profile.ts';
import { NO_FACTS, ProfileBuilder } from '../profile/profile-builder.ts';
import { AppError } from '../shared/errors.ts';
import { chooseValues, NANOSECONDS } from './pprof-values.ts';

type Numeric = number | bigint;

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('PROFILE_INVALID', `This pprof file is damaged: ${what}.`, cause === undefined ? {} : { cause });
}

/** Large programs have 100,000 samples and as many locations and texts; a decoded message takes up to 300 bytes. */
const MOST_FIELDS = 4_000_000;
/** Packed numbers take a byte each, and 8 once they are decoded. */
const MOST_BYTES = 1 << 27;

/** The message, or undefined when the bytes are not a pprof profile: any bytes could begin like one. */
export function decodePprof(bytes: Uint8Array): Pprof | undefined {
  // The tag of one of profile.proto's fields 1 to 15, a number or a message: writers may begin with any.
  const tag = bytes[0] ?? 0;
  if (tag < 0x08 || tag > 0x7f || ((tag & 7) !== 0 && (tag & 7) !== 2)) return undefined;
  const { fields, isWhole } = scanFields(bytes);
  if (fields > MOST_FIELDS || bytes.length > MOST_BYTES) {
    if (!isWhole) return undefined;
    throw new AppError('INPUT_TOO_LARGE', 'As a pprof file it would have more than 128 MB or 4 million parts.');
  }
  let profile: Pprof;
  try {
    profile = Pprof.decode(bytes);
  } catch {
    return undefined;
  }
  if (profile.sampleType.length === 0 || profile.stringTable.strings[0] !== '') return undefined;
  if (!isWhole) throw damaged('it ends in the middle of a field: it was cut off');
  return profile;
}

/** Counts the fields; the decoder takes what there is of a last one that was cut off, so that is looked at here. */
function scanFields(bytes: Uint8Array): { readonly fields: number; readonly isWhole: boolean } {
  let at = 0;
  let fields = 0;
  const number = () => {
    let value = 0;
    for (let place = 1; at < bytes.length; place *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
    return Number.POSITIVE_INFINITY;
  };
  for (; at < bytes.length; fields++) {
    const isMessage = (number() & 7) === 2;
    const value = number();
    if (value === Number.POSITIVE_INFINITY) return { fields, isWhole: false };
    if (isMessage) at += value;
  }
  return { fields, isWhole: at === bytes.length };
}

/** Values and labels are signed; the decoder takes them as 64 bits without a sign. */
function signed(value: Numeric): number {
  return Number(typeof value === 'bigint' ? BigInt.asIntN(64, value) : value);
}

class PprofImport {
  readonly builder: ProfileBuilder = new ProfileBuilder();
  private readonly from: Pprof;
  private readonly rules: IdentityRules | undefined;
  // 64-bit ids do not fit a JavaScript number: they are kept as the decoder gives them.
  private readonly functions: ReadonlyMap<Numeric, Pprof['function'][number]>;
  private readonly locations: ReadonlyMap<Numeric, Pprof['location'][number]>;
  private readonly mappings: ReadonlyMap<Numeric, Pprof['mapping'][number]>;
  private readonly framesOf = new Map<Numeric, readonly number[]>();
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
  private frames(id: Numeric): readonly number[] {
    const known = this.framesOf.get(id);
    if (known !== undefined) return known;
    const location = this.locations.get(id);
    if (location === undefined) throw damaged(`it refers to location ${id}, which it does not describe`);
    const mapping = this.mappings.get(location.mappingId);
    const module = mapping === undefined ? '' : this.text(mapping.filename);
    const frames = location.line
      .map((line, i) => {
        const fn = this.functions.get(line.functionId);
        if (fn === undefined) throw damaged(`it refers to function ${line.functionId}, which it does not describe`);
        const name = this.text(fn.name) || this.text(fn.systemName);
        const found = this.identify(name, this.text(fn.filename), Number(fn.startLine || line.line), module);
        return this.frame(found, i < location.line.length - 1);
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

  /** `inlined` counts for JavaScript only: compare would take Go's or C++'s for V8's. */
  private frame({ fn, tier, hidden }: Identified, inlined = false): number {
    return this.builder.internFrame(this.builder.internFunction(fn), tier, '', hidden, inlined && fn.file !== null);
  }

  node(locationIds: readonly Numeric[]): number {
    let node = 0;
    for (let i = locationIds.length - 1; i >= 0; i--) {
      for (const frame of this.frames(locationIds[i] as Numeric)) node = this.builder.child(node, frame);
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
  const { count, weight, others } = chooseValues(types, event);
  const { type, unit } = types[weight] as (typeof types)[number];
  const scale = NANOSECONDS.get(unit) ?? 0;
  const period = Number(from.period) * (NANOSECONDS.get(work.text(from.periodType?.unit)) ?? 0);
  const start = Number(from.timeNanos);
  const drawn = { types: types.length, count, weight, scale, period };
  const rows = new WeightedSamples(work.builder);
  for (const sample of from.sample) {
    const { samples, value } = readValues(sample.value, drawn);
    if (value === 0 && samples === 0) continue;
    const { thread, atNs } = work.place(sample.label);
    const ms = atNs === undefined ? -1 : Math.floor((atNs - start) / 1e6);
    rows.add(ms >= 0 && ms < 0x7fffffff ? ms : -1, thread, work.node(sample.locationId), samples, value);
  }
  const note = `drawing ${type} in ${unit}; the file also has ${others.join(', ')}: choose with --event NAME.`;
  const facts = {
    ...NO_FACTS,
    source: 'pprof' as const,
    event: type || null,
    startedAtMs: start > 0 ? Math.floor(start / 1e6) : null,
    seconds: Number(from.durationNanos) > 0 ? Number(from.durationNanos) / 1e9 : null,
    hz: period > 0 ? Math.round(1e9 / period) : null,
    warnings: others.length > 0 ? [note] : [],
  };
  const weightUnit = scale > 0 ? 'nanoseconds' : count === weight ? 'samples' : 'events';
  return work.builder.finish(facts, rows.finish(), weightUnit);
}
