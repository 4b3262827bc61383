/** speedscope's own JSON, https://www.speedscope.app/file-format-schema.json: sampled and evented profiles. */

import { identifyFolded } from '../folded/import-folded.ts';
import type { IdentityRules } from '../identity/identity.ts';
import type { Profile } from '../profile.ts';
import { NO_FACTS, ProfileBuilder } from '../profile-builder.ts';
import { allThreads } from './export-speedscope.ts';
import { isObject, type JsonObject, JsonReader } from './json-shape.ts';
import { v8Meta } from './v8-meta.ts';
import { SUMS_WARNING, WEIGHT, WeightKind } from './weight-kind.ts';
import { WeightedSamples } from './weighted-samples.ts';

const read = new JsonReader('speedscope file');

export function isSpeedscope(value: unknown): value is JsonObject {
  return (
    isObject(value) && isObject(value.shared) && Array.isArray(value.shared.frames) && Array.isArray(value.profiles)
  );
}

/** Nanoseconds of one unit; 0 for units that do not measure time. */
const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ['nanoseconds', 1],
  ['microseconds', 1e3],
  ['milliseconds', 1e6],
  ['seconds', 1e9],
]);

/** One millisecond: evented profiles have no samples, so one is counted for each millisecond. */
const EVENTED_STEP_NS = 1e6;

function frameIds(builder: ProfileBuilder, frames: readonly unknown[], rules: IdentityRules | undefined): number[] {
  return frames.map((value, i) => {
    const frame = read.object(value, `shared.frames[${i}]`);
    const name = read.text(frame.name);
    const file = read.text(frame.file);
    const line = typeof frame.line === 'number' && frame.line > 0 ? `:${Math.floor(frame.line)}` : '';
    const column = line !== '' && typeof frame.col === 'number' && frame.col > 0 ? `:${Math.floor(frame.col)}` : '';
    const isJs = line !== '' && /^(?:file:|node:)|\.[cm]?[jt]sx?$/.test(file);
    const { fn, tier, hidden } = identifyFolded(isJs ? `${name} (${file}${line}${column})` : name, rules);
    return builder.internFrame(builder.internFunction(fn), tier, '', hidden);
  });
}

function isIdleFrame(frame: unknown): boolean {
  return isObject(frame) && read.text(frame.file) === '' && v8Meta(read.text(frame.name)) === 'idle';
}

/** A stretch of time in which one stack ran. */
type Emit = (node: number, fromNs: number, ns: number) => void;

class SpeedscopeImport {
  readonly builder: ProfileBuilder = new ProfileBuilder();
  private readonly frames: readonly number[];
  /** Frames of V8's idle thread: what ends in one is no CPU. */
  private readonly idle: ReadonlySet<number>;

  constructor(file: JsonObject, rules: IdentityRules | undefined) {
    const shared = read.object(file.shared, 'shared');
    const list = read.array(shared.frames, 'shared.frames');
    this.frames = frameIds(this.builder, list, rules);
    this.idle = new Set(this.frames.filter((_, i) => isIdleFrame(list[i])));
  }

  isIdle(node: number): boolean {
    return node !== 0 && this.idle.has(this.builder.trie.frame[node] as number);
  }

  sampled(profile: JsonObject, place: string, scale: number, emit: Emit): void {
    const samples = read.array(profile.samples, `${place}.samples`);
    const weights = read.array(profile.weights, `${place}.weights`);
    if (weights.length !== samples.length)
      throw read.fault(`${place}.weights`, 'a list as long as the list of samples');
    let at = 0;
    samples.forEach((value, i) => {
      let node = 0;
      read.array(value, `${place}.samples[${i}]`).forEach((frame, depth) => {
        const index = read.index(frame, this.frames.length, `${place}.samples[${i}][${depth}]`);
        node = this.builder.child(node, this.frames[index] as number);
      });
      const weight = read.number(weights[i], `${place}.weights[${i}]`);
      if (weight < 0) throw read.fault(`${place}.weights[${i}]`, 'a number from 0 up');
      emit(node, at, weight * scale);
      at += weight * scale;
    });
  }

  evented(profile: JsonObject, place: string, scale: number, emit: Emit): void {
    const stack: { frame: number; node: number }[] = [];
    const start = typeof profile.startValue === 'number' ? profile.startValue : 0;
    let last = start;
    read.array(profile.events, `${place}.events`).forEach((value, i) => {
      const event = read.object(value, `${place}.events[${i}]`);
      const at = read.number(event.at, `${place}.events[${i}].at`);
      const frame = read.index(event.frame, this.frames.length, `${place}.events[${i}].frame`);
      const top = stack.at(-1);
      if (at < last) throw read.fault(`${place}.events[${i}].at`, 'at or after the event before');
      if (top !== undefined && at > last) emit(top.node, (last - start) * scale, (at - last) * scale);
      last = at;
      if (event.type === 'O') {
        stack.push({ frame, node: this.builder.child(top?.node ?? 0, this.frames[frame] as number) });
      } else if (event.type === 'C' && top?.frame === frame) stack.pop();
      else throw read.fault(`${place}.events[${i}]`, 'the opening of a frame or the end of the innermost one');
    });
    if (stack.length > 0) throw read.fault(`${place}.events`, 'a list that closes each frame it opens: it was cut off');
  }
}

/** Units that can be drawn together: all of time, or those of one name. Names that the form does not know count. */
function kindOf(profile: JsonObject): string {
  const unit = read.text(profile.unit);
  return NANOSECONDS.has(unit) ? 'time' : unit === 'bytes' ? unit : 'none';
}

/** What is drawn of a file: time before all else, then what speedscope would show first. */
function chooseKind(file: JsonObject, profiles: readonly JsonObject[]): string {
  const kinds = profiles.map(kindOf);
  const active = typeof file.activeProfileIndex === 'number' ? kinds[file.activeProfileIndex] : undefined;
  return kinds.includes('time') ? 'time' : (active ?? kinds[0] ?? 'none');
}

/** Samples in a stretch of time or in a weight. */
function samplesIn(kind: string, evented: boolean, value: number): number {
  if (kind === 'none') return value;
  return kind === 'time' && evented ? value / EVENTED_STEP_NS : 1;
}

/** A stretch that is drawn. */
interface Row {
  readonly atMs: number;
  readonly thread: number;
  readonly node: number;
  readonly count: number;
  readonly weight: number;
}

/** What the numbers of samples are called where they are none, and how many units of weight one is. */
function unitOf(kind: string, rows: readonly Row[]): { readonly unit?: string; readonly period: number } {
  if (kind === 'time') return { period: 1 };
  if (kind === 'bytes') return { unit: 'stacks', period: 1 };
  const weights = new WeightKind();
  for (const { weight } of rows) weights.add(weight);
  return { period: weights.period, ...(weights.isSum ? { unit: WEIGHT } : {}) };
}

/** Our own export begins with the samples of all threads (`exportSpeedscope`), which come again by thread. */
function isSumOfOthers({ exporter }: JsonObject, profiles: readonly JsonObject[], place: number): boolean {
  const others = profiles.length - 1;
  return place === 0 && others > 1 && exporter === 'smokejumper' && profiles[0]?.name === allThreads(others);
}

/** `file` is parsed JSON for which `isSpeedscope` holds; each of its profiles becomes a thread. */
export function importSpeedscope(file: JsonObject, rules?: IdentityRules): Profile {
  const from = new SpeedscopeImport(file, rules);
  const { builder } = from;
  const counted = new WeightedSamples(builder);
  const process = builder.addProcess({ pid: null, name: '', cpuSeconds: null, partial: false, perfMap: null });
  const profiles = read.array(file.profiles, 'profiles').map((value, i) => read.object(value, `profiles[${i}]`));
  const chosen = chooseKind(file, profiles);
  const rows: Row[] = [];
  let longest = 0;
  profiles.forEach((profile, i) => {
    if (isSumOfOthers(file, profiles, i)) return;
    const kind = kindOf(profile);
    const thread = builder.addThread({ process, tid: null, name: read.text(profile.name) });
    const evented = profile.type === 'evented';
    const emit: Emit = (node, fromNs, weight) => {
      const count = samplesIn(kind, evented, weight);
      if (kind !== chosen) {
        counted.ledger.filter(`other unit ${kind}`, Math.round(count));
        return;
      }
      longest = Math.max(longest, fromNs + weight);
      if (count === 0) return;
      const atMs = kind === 'time' ? Math.min(Math.floor(fromNs / 1e6), 0x7fffffff) : -1;
      rows.push({ atMs, thread, node, count, weight });
    };
    const scale = NANOSECONDS.get(read.text(profile.unit)) ?? 1;
    if (evented) from.evented(profile, `profiles[${i}]`, scale, emit);
    else from.sampled(profile, `profiles[${i}]`, scale, emit);
  });
  const { unit, period } = unitOf(chosen, rows);
  for (const { atMs, thread, node, count, weight } of rows) {
    if (from.isIdle(node)) counted.ledger.filter('idle', Math.round(count / period));
    else counted.add(atMs, thread, node, count / period, weight);
  }
  const seconds = chosen === 'time' && longest > 0 ? longest / 1e9 : null;
  const facts = {
    ...NO_FACTS,
    source: 'speedscope' as const,
    seconds,
    warnings: unit === undefined ? [] : [SUMS_WARNING],
  };
  const counts = unit === undefined && period === 1 ? 'samples' : 'events';
  return builder.finish(facts, counted.finish(unit), chosen === 'time' ? 'nanoseconds' : counts);
}
