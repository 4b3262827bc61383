/** The frame table of a capture: frames whose name is certain, and frames whose name depends on the sample's time. */
import { AppError } from '../../shared/errors.ts';
import type { Identified } from '../identity/identity.ts';
import { type JitVerdict, judge, mapSizeAt } from '../jit/jit-map-verdict.ts';
import type { ProfileBuilder } from '../profile-builder.ts';
import type { CaptureFacts } from './facts.ts';
import { type CaptureLines, invalid } from './lines.ts';
import { NativeNames } from './native-names.ts';

/** `timed`: the map grew by an entry for this address during the recording. */
export type FrameResolution = 'native' | 'only' | 'repaired' | 'unresolved' | 'timed' | 'name';

/** First character of a frame line. */
const RESOLUTIONS: Readonly<Record<string, FrameResolution>> = {
  '.': 'native',
  '=': 'only',
  '~': 'repaired',
  '?': 'unresolved',
  ':': 'name',
  '*': 'timed',
};

/** Functions by name and file: some 10,000 in real captures. Each takes some 200 bytes here. */
const MAX_FRAMES = 500_000;
/** Entries of one map at one address: beyond this a map is forged. */
const MAX_CANDIDATES = 4096;
/**
 * Steps that may be spent on names that depend on time, over the whole capture: a real one of 24,000 samples takes some
 * 100,000. Bounds the time, about a second, and the memory of a hostile one.
 */
const MAX_STEPS = 50_000_000;
/** What remembering one answer counts, for its memory. */
const ANSWER_STEPS = 50;
const UNKNOWN = '[unknown]';

export function tooComplex(): AppError {
  return new AppError('CAPTURE_INVALID', 'Not a valid capture: far more complex than any real one.', {
    hint: 'The file was not written by the capture script.',
  });
}

interface Timed {
  readonly process: number;
  /** What perf shows. */
  readonly shown: string;
  /** By rising offset in the map. */
  readonly candidates: readonly { readonly offset: number; readonly frame: number }[];
}

interface Row {
  readonly resolution: FrameResolution;
  readonly symbol: string;
  readonly module: string;
  readonly timed?: Timed;
}

export class CaptureFrames {
  private readonly rows: Row[] = [];
  private readonly ids: Int32Array;
  private readonly nativeNames = new NativeNames();
  private readonly facts: CaptureFacts;
  private readonly builder: ProfileBuilder;
  private readonly identify: (symbol: string, module: string) => Identified;
  /** Answers of `idAt` by frame and millisecond: many samples share both. */
  private readonly memo = new Map<string, { readonly id: number; readonly verdict: JitVerdict }>();

  private steps = 0;

  constructor(
    lines: CaptureLines,
    facts: CaptureFacts,
    builder: ProfileBuilder,
    identify: (symbol: string, module: string) => Identified,
  ) {
    this.facts = facts;
    this.builder = builder;
    this.identify = identify;
    const count = lines.count('frames');
    if (count > MAX_FRAMES) throw tooComplex();
    let module = '';
    while (this.rows.length < count) {
      const line = lines.next('a frame');
      if (line.startsWith('@')) module = line.slice(1);
      else this.rows.push(this.readRow(line, module, lines.line));
    }
    this.ids = new Int32Array(count).fill(-1);
  }

  get length(): number {
    return this.rows.length;
  }

  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > MAX_STEPS) throw tooComplex();
  }

  private readRow(line: string, module: string, lineNumber: number): Row {
    const resolution = RESOLUTIONS[line[0] ?? ''];
    if (resolution === undefined) throw invalid(lineNumber, 'a frame was expected here');
    if (resolution === 'native' && this.facts.symbols === 'raw') {
      return { resolution, symbol: this.nativeNames.of(line.slice(1), module), module };
    }
    if (resolution !== 'timed') return { resolution, symbol: line.slice(1), module };
    const match = /^\*(\d{1,9}) (\d{1,9})((?: \d{1,15}:\d{1,9})+)$/.exec(line);
    if (match === null) throw invalid(lineNumber, 'a frame with candidates was expected here');
    const candidates = (match[3] as string)
      .slice(1)
      .split(' ')
      .map((pair) => {
        const [offset, frame] = pair.split(':');
        return { offset: Number(offset), frame: Number(frame) };
      });
    const process = Number(match[1]);
    const shown = Number(match[2]);
    const known = (frame: number) => this.rows[frame] !== undefined && this.rows[frame]?.resolution !== 'timed';
    if (process >= this.facts.processes.length) throw invalid(lineNumber, `there is no process ${process}`);
    if (!known(shown) || !candidates.every(({ frame }) => known(frame)) || candidates.length > MAX_CANDIDATES) {
      throw invalid(lineNumber, 'a candidate is not a frame above');
    }
    candidates.sort((a, b) => a.offset - b.offset);
    return { resolution, symbol: '', module, timed: { process, shown: this.rows[shown]?.symbol ?? '', candidates } };
  }

  resolution(frame: number): FrameResolution {
    return (this.rows[frame] as Row).resolution;
  }

  /** The profile's frame for one whose name is certain. */
  id(frame: number): number {
    const known = this.ids[frame] as number;
    if (known >= 0) return known;
    const { resolution, symbol, module } = this.rows[frame] as Row;
    const { fn, tier, hidden } = this.identify(resolution === 'unresolved' ? UNKNOWN : symbol, module);
    const text = resolution === 'unresolved' || symbol === UNKNOWN || symbol === '' ? fn.name : symbol;
    const id = this.builder.internFrame(this.builder.internFunction(fn), tier, text, hidden);
    this.ids[frame] = id;
    return id;
  }

  /** The profile's frame for one with candidates, as it was named at that moment. */
  idAt(frame: number, atMs: number): { readonly id: number; readonly verdict: JitVerdict } {
    const key = `${frame} ${atMs}`;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const timed = (this.rows[frame] as Row).timed as Timed;
    this.spend(timed.candidates.length + ANSWER_STEPS);
    const answer = this.judgeAt(timed, atMs);
    this.memo.set(key, answer);
    return answer;
  }

  private judgeAt({ process, shown, candidates }: Timed, atMs: number) {
    const newest = (limit: number) => candidates.findLast(({ offset }) => offset < limit);
    const symbolBelow = (limit: number) => {
      const found = newest(limit);
      return found === undefined ? undefined : this.rows[found.frame]?.symbol;
    };
    const { symbol, verdict } = judge(
      shown,
      symbolBelow,
      mapSizeAt(this.facts.processes[process]?.mapSizes ?? [], atMs),
    );
    const chosen = candidates.find(({ frame }) => this.rows[frame]?.symbol === symbol);
    return { id: chosen === undefined ? this.unresolved() : this.id(chosen.frame), verdict };
  }

  private unresolved(): number {
    const { fn, tier, hidden } = this.identify(UNKNOWN, '[JIT]');
    return this.builder.internFrame(this.builder.internFunction(fn), tier, fn.name, hidden);
  }
}
