/** speedscope's own JSON, https://www.speedscope.app/file-format-schema.json: sampled and evented profiles. */
import type { IdentityRules } from './identity.ts';
import { identifyFolded } from './import-folded.ts';
import { isObject, type JsonObject, JsonReader } from './json-shape.ts';
import { SampleLedger } from './ledger.ts';
import type { Profile } from './profile.ts';
import { NO_FACTS, ProfileBuilder } from './profile-builder.ts';

const read = new JsonReader('speedscope file');

export function isSpeedscope(value: unknown): value is JsonObject {
  return (
    isObject(value) && isObject(value.shared) && Array.isArray(value.shared.frames) && Array.isArray(value.profiles)
  );
}

/** Nanoseconds of one unit; 0 for units that are no time. */
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

/** A stretch of time in which one stack ran. */
type Emit = (node: number, fromNs: number, ns: number) => void;

class SpeedscopeImport {
  readonly builder: ProfileBuilder = new ProfileBuilder();
  private readonly frames: readonly number[];

  constructor(file: JsonObject, rules: IdentityRules | undefined) {
    const shared = read.object(file.shared, 'shared');
    this.frames = frameIds(this.builder, read.array(shared.frames, 'shared.frames'), rules);
  }

  sampled(profile: JsonObject, place: string, scale: number, emit: Emit): void {
    const samples = read.array(profile.samples, `${place}.samples`);
    const weights = read.array(profile.weights, `${place}.weights`);
    let at = 0;
    samples.forEach((value, i) => {
      let node = 0;
      read.array(value, `${place}.samples[${i}]`).forEach((frame, depth) => {
        const index = read.index(frame, this.frames.length, `${place}.samples[${i}][${depth}]`);
        node = this.builder.child(node, this.frames[index] as number);
      });
      const weight = Math.max(0, read.number(weights[i], `${place}.weights[${i}]`)) * scale;
      emit(node, at, weight);
      at += weight;
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

/** `file` is parsed JSON for which `isSpeedscope` holds; each of its profiles becomes a thread. */
export function importSpeedscope(file: JsonObject, rules?: IdentityRules): Profile {
  const from = new SpeedscopeImport(file, rules);
  const { builder } = from;
  const ledger = new SampleLedger();
  const process = builder.addProcess({ pid: null, name: '', cpuSeconds: null, partial: false, perfMap: null });
  let timed = true;
  let longest = 0;
  read.array(file.profiles, 'profiles').forEach((value, i) => {
    const profile = read.object(value, `profiles[${i}]`);
    const unit = NANOSECONDS.get(read.text(profile.unit)) ?? 0;
    if (unit === 0) timed = false;
    const thread = builder.addThread({ process, tid: null, name: read.text(profile.name) });
    const evented = profile.type === 'evented';
    let owed = 0;
    const emit: Emit = (node, fromNs, ns) => {
      if (ns === 0) return;
      // Whole samples, with the rest carried over, so that their number fits the time.
      owed += evented && unit > 0 ? ns / EVENTED_STEP_NS : unit > 0 ? 1 : ns;
      const count = Math.min(Math.round(owed), 0x7fffffff);
      owed -= count;
      longest = Math.max(longest, fromNs + ns);
      builder.addSample(unit > 0 ? Math.min(Math.floor(fromNs / 1e6), 0x7fffffff) : -1, thread, node, count, ns);
      ledger.draw(count);
    };
    if (evented) from.evented(profile, `profiles[${i}]`, unit || 1, emit);
    else from.sampled(profile, `profiles[${i}]`, unit || 1, emit);
  });
  const facts = { ...NO_FACTS, source: 'speedscope' as const, seconds: timed && longest > 0 ? longest / 1e9 : null };
  return builder.finish(facts, ledger.finish(), timed ? 'nanoseconds' : 'samples');
}
