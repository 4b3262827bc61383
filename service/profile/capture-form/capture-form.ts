/**
 * Reads the capture form: what remote-scripts/run.sh sends, already gunzipped (docs/formats.md, "The capture form").
 * The instance that sent it may be hostile: every count, index and length is checked before it is used.
 */
import { AppError } from '../../shared/errors.ts';
import { applyEvidence, type Visited } from '../code-evidence/apply-evidence.ts';
import { type CodeEvidence, readCodeLine, readVisitLine } from '../code-evidence/code-evidence.ts';
import { type IdentityRules, identify } from '../identity/identity.ts';
import type { JitAccounting, Profile, ProfileFacts, SampleAccounting, V8Visit } from '../profile.ts';
import { NO_FACTS, ProfileBuilder } from '../profile-builder.ts';
import { type CaptureFacts, MAX_MS, readCaptureFacts } from './facts.ts';
import { CaptureFrames, tooComplex } from './frames.ts';
import { CaptureLines, DenseLine, fixedCode, invalid, jsonFault } from './lines.ts';
import { MAGIC, MAGIC_OF_1, MAGIC_OF_2, refuseOtherForm } from './magic.ts';

/** 600 s on 64 busy CPUs make about 20 MB of text and 3.8 million samples; beyond 2^22, columns would double again. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_SAMPLES = 1 << 22;
/** perf cuts stacks at 127 frames; `perf_event_max_stack` may raise that. */
const MAX_DEPTH = 4096;
/** Of the tree with names in time: protects the memory. The largest real capture has some 100,000. */
const MAX_NODES = 1_000_000;

/** The kernel's own default for all threads of a large host is some 500,000; of Node.js they are a few each. */
const MAX_THREADS = 200_000;

/** Processes whose code is described: the script looks at eight. */
const MAX_EVIDENCE = 16;

/** Marks of the dense lines: one level up (the next characters: more levels), an inner node with samples, a period. */
const UP_ONE = 0x21; // "!"
const ENDS_HERE = 0x2e; // "."
const PERIOD = 0x23; // "#"

/** The tree as sent. Node 0 is the root. */
interface SentTree {
  readonly length: number;
  readonly parent: Int32Array;
  readonly frame: Int32Array;
  /** Nodes that samples end in, in rising order. */
  readonly ends: readonly number[];
}

/** Follows the marks between the nodes of the tree: where the next one hangs, and which have samples. */
class TreeMarks {
  /** The node that the next one hangs from. */
  above = 0;
  readonly ends: number[] = [];
  private readonly dense: DenseLine;
  private readonly parent: Int32Array;

  constructor(dense: DenseLine, parent: Int32Array) {
    this.dense = dense;
    this.parent = parent;
  }

  /** Marks between two nodes: whether the last one has samples, and how far it is up to the next one's parent. */
  read(last: number): void {
    const { dense } = this;
    let leaf = last > 0;
    for (let mark = this.next(); mark !== 0; mark = this.next()) {
      if (mark === ENDS_HERE && this.isNewEnd(last)) this.ends.push(last);
      else if (mark < UP_ONE || mark >= ENDS_HERE) throw dense.fault('there is no such mark');
      else {
        if (leaf && this.isNewEnd(last)) this.ends.push(last);
        leaf = false;
        this.climb(mark - UP_ONE + 1);
      }
    }
    if (leaf && dense.done && this.ends.at(-1) !== last) this.ends.push(last);
  }

  private next(): number {
    return this.dense.done ? 0 : this.dense.mark();
  }

  private isNewEnd(last: number): boolean {
    return this.above === last && this.ends.at(-1) !== last;
  }

  private climb(levels: number): void {
    for (let up = levels; up > 0; up--) {
      if (this.above === 0) throw this.dense.fault('the tree goes up beyond its root');
      this.above = this.parent[this.above] as number;
    }
  }
}

function readTree(lines: CaptureLines, frames: CaptureFrames): SentTree {
  const count = lines.count('tree');
  if (count > MAX_NODES) throw invalid(lines.line, `more than ${MAX_NODES} nodes`);
  const parent = new Int32Array(count + 1).fill(-1);
  const frame = new Int32Array(count + 1).fill(-1);
  const depth = new Int32Array(count + 1);
  const dense = new DenseLine(lines.next('the tree'), lines.line);
  const code = fixedCode(frames.length);
  const marks = new TreeMarks(dense, parent);
  for (let node = 1; node <= count; node++) {
    marks.read(node - 1);
    frame[node] = dense.fixed(code, 'a frame');
    if (frames.resolution(frame[node] as number) === 'name') throw dense.fault('a frame that only names a candidate');
    parent[node] = marks.above;
    depth[node] = (depth[marks.above] as number) + 1;
    if ((depth[node] as number) > MAX_DEPTH) throw dense.fault(`a stack is deeper than ${MAX_DEPTH}`);
    marks.above = node;
  }
  marks.read(count);
  if (!dense.done) throw dense.fault(`the tree has more than its ${count} nodes`);
  return { length: count + 1, parent, frame, ends: marks.ends };
}

/** From nodes as sent to nodes of the profile; what depends on the sample's time is resolved sample by sample. */
class Placement {
  private readonly builder: ProfileBuilder;
  private readonly tree: SentTree;
  private readonly frames: CaptureFrames;
  /** Node in the profile, or −1 where a frame on the way depends on time. */
  private readonly fixed: Int32Array;
  /** By node as sent: generated frames on the way there, and how they fared. */
  private readonly jit: { frames: Int32Array; repaired: Int32Array; unresolved: Int32Array };
  private readonly counts = { frames: 0, repaired: 0, ambiguous: 0, unresolved: 0 };

  constructor(builder: ProfileBuilder, tree: SentTree, frames: CaptureFrames) {
    this.builder = builder;
    this.tree = tree;
    this.frames = frames;
    this.fixed = new Int32Array(tree.length);
    const column = () => new Int32Array(tree.length);
    this.jit = { frames: column(), repaired: column(), unresolved: column() };
    for (let node = 1; node < tree.length; node++) this.place(node);
  }

  private place(node: number): void {
    const above = this.tree.parent[node] as number;
    const frame = this.tree.frame[node] as number;
    const resolution = this.frames.resolution(frame);
    for (const key of ['frames', 'repaired', 'unresolved'] as const)
      this.jit[key][node] = this.jit[key][above] as number;
    if (resolution !== 'native' && resolution !== 'timed') (this.jit.frames[node] as number)++;
    if (resolution === 'repaired' || resolution === 'unresolved') (this.jit[resolution][node] as number)++;
    const below = this.fixed[above] as number;
    this.fixed[node] = below < 0 || resolution === 'timed' ? -1 : this.builder.child(below, this.frames.id(frame));
  }

  /** The node of the profile for a sample, which is counted in the JIT accounting. */
  locate(node: number, atMs: number): number {
    const { counts, jit } = this;
    counts.frames += jit.frames[node] as number;
    counts.repaired += jit.repaired[node] as number;
    counts.unresolved += jit.unresolved[node] as number;
    const fixed = this.fixed[node] as number;
    return fixed >= 0 ? fixed : this.walk(node, atMs);
  }

  private walk(node: number, atMs: number): number {
    const { parent, frame } = this.tree;
    const way: number[] = [];
    let from = node;
    for (; (this.fixed[from] as number) < 0; from = parent[from] as number) way.push(frame[from] as number);
    let place = this.fixed[from] as number;
    for (let i = way.length - 1; i >= 0; i--) {
      const at = way[i] as number;
      place = this.builder.child(
        place,
        this.frames.resolution(at) === 'timed' ? this.timed(at, atMs) : this.frames.id(at),
      );
    }
    this.frames.spend(way.length);
    if (this.builder.trie.length > MAX_NODES) throw tooComplex();
    return place;
  }

  private timed(frame: number, atMs: number): number {
    const { id, verdict } = this.frames.idAt(frame, atMs);
    this.counts.frames++;
    if (verdict !== 'only') this.counts[verdict]++;
    return id;
  }

  jitAccounting(): JitAccounting {
    return { ...this.counts };
  }
}

function readThreads(lines: CaptureLines, facts: CaptureFacts, builder: ProfileBuilder): number {
  const count = lines.count('threads');
  if (count > MAX_THREADS) throw tooComplex();
  for (let thread = 0; thread < count; thread++) {
    const head = /^(\d{1,9}) (\d{1,10}) (.{0,300})/su.exec(lines.next('a thread'));
    const process = Number(head?.[1]);
    if (head === null || process >= facts.processes.length)
      throw invalid(lines.line, 'not a thread of a known process');
    builder.addThread({ process, tid: Number(head[2]), name: head[3] ?? '' });
  }
  return count;
}

/**
 * Three lines side by side: how many samples each end has, the thread of each sample, its time. Returns their number.
 */
function readSamples(
  lines: CaptureLines,
  facts: CaptureFacts,
  ends: readonly number[],
  threads: number,
  add: (atMs: number, thread: number, node: number, weight: number) => void,
): number {
  const bins = fixedCode(lines.number('bins'));
  if (bins.range * facts.binMs > MAX_MS) throw invalid(lines.line, 'times are too large');
  const count = lines.count('samples');
  if (count > MAX_SAMPLES) throw tooComplex();
  const dense = (what: string) => new DenseLine(lines.next(what), lines.line);
  const [howMany, whose, when] = [dense('counts of samples'), dense('threads'), dense('times')];
  const ranks = fixedCode(threads);
  let left = count;
  for (const node of ends) {
    const here = howMany.number(left - 1, 'a count of samples') + 1;
    left -= here;
    for (let i = 0; i < here; i++) {
      const thread = whose.fixed(ranks, 'a thread');
      const mark = when.mark();
      if (mark !== 0 && mark !== PERIOD) throw when.fault('a time was expected here');
      const period = mark === PERIOD ? when.number(Number.MAX_SAFE_INTEGER, 'a period') : facts.period;
      const atMs = Math.floor(when.fixed(bins, 'a time') * facts.binMs);
      add(atMs, thread, node, period);
    }
  }
  if (left > 0) throw howMany.fault(`${left} samples belong to no stack`);
  for (const line of [howMany, whose, when])
    if (!line.done) throw line.fault('the line continues after its last sample');
  return count;
}

/** Every sample has a resolution: what perf recorded and nobody accounts for is called malformed. */
function settleAccounting(facts: CaptureFacts, drawn: number, jit: JitAccounting): SampleAccounting {
  const filtered: Record<string, number> = { ...facts.filtered };
  const known = Object.values(filtered).reduce((sum, count) => sum + count, drawn);
  const missing = facts.recorded - known;
  if (missing < 0) throw invalid(2, `the sample accounting covers ${known} samples of ${facts.recorded}`);
  if (missing > 0) filtered.malformed = (filtered.malformed ?? 0) + missing;
  return { recorded: facts.recorded, drawn, filtered, lost: facts.lost, jit };
}

interface ReadVisited {
  readonly visited: Visited;
  readonly warnings: readonly string[];
}

const NOT_VISITED: ReadVisited = { visited: { evidence: [], visits: new Map() }, warnings: [] };

/** The program itself made the line: what is wrong with it costs this line, not the capture. */
function readCode(line: string, processes: number): ReturnType<typeof readCodeLine> {
  const fault = jsonFault(line);
  return fault === undefined ? readCodeLine(line, processes) : { fault };
}

/** The two last parts: what V8's profiler did in which process, and what was found out about the code of each. */
function readVisited(lines: CaptureLines, facts: CaptureFacts): ReadVisited {
  const visits = new Map<number, V8Visit>();
  for (let left = lines.count('visits'); left > 0; left--) {
    const read = readVisitLine(lines.json('a visit'));
    if (read === undefined) throw invalid(lines.line, 'a visit was expected here');
    visits.set(read.pid, read.visit);
  }
  const evidence: CodeEvidence[] = [];
  const warnings: string[] = [];
  const leftOut = (fault: string) => warnings.push(`What a process told about its code was left out: ${fault}.`);
  for (let left = lines.count('code'); left > 0; left--) {
    const read = readCode(lines.next('the code of a process'), facts.processes.length);
    if ('fault' in read) leftOut(read.fault);
    else if (evidence.length >= MAX_EVIDENCE) leftOut('there is more of it than the script sends');
    else if (evidence.some(({ process }) => process === read.process)) leftOut('the process is there twice');
    else evidence.push(read);
    if ('v8Fault' in read && read.v8Fault !== null) {
      warnings.push(`What V8's profiler saw in a process could not be used: ${read.v8Fault}.`);
    }
  }
  return { visited: { evidence, visits }, warnings };
}

interface Body {
  readonly builder: ProfileBuilder;
  readonly accounting: SampleAccounting;
}

/** Frames, threads, tree and samples of the processes that the facts list. */
function readBody(lines: CaptureLines, facts: CaptureFacts, rules: IdentityRules | undefined): Body {
  const builder = new ProfileBuilder();
  for (const { info } of facts.processes) builder.addProcess(info);
  const frames = new CaptureFrames(lines, facts, builder, (symbol, module) => identify(symbol, module, rules));
  const threads = readThreads(lines, facts, builder);
  const tree = readTree(lines, frames);
  const place = new Placement(builder, tree, frames);
  const drawn = readSamples(lines, facts, tree.ends, threads, (atMs, thread, node, weight) =>
    builder.addSample(atMs, thread, place.locate(node, atMs), 1, weight),
  );
  return { builder, accounting: settleAccounting(facts, drawn, place.jitAccounting()) };
}

/** The facts of the other programs: these are the processes, and all that was not drawn is somebody else's. */
function factsOfPrograms(facts: CaptureFacts): CaptureFacts {
  const processes = facts.otherProcesses.map(({ processes, startedBy, exe, ...process }) => ({
    info: { ...process, partial: false, perfMap: null },
    mapSizes: [],
  }));
  const rest = facts.recorded - facts.programsDrawn;
  if (rest < 0) throw invalid(2, 'programsDrawn is more than all that was recorded');
  const scale = { hz: facts.hz / facts.programsEvery, period: facts.period * facts.programsEvery };
  return { ...facts, ...scale, processes, otherProcesses: [], filtered: { 'other process': rest }, warnings: [] };
}

/** The last part: the stacks of the other programs. */
function readPrograms(lines: CaptureLines, facts: CaptureFacts, rules: IdentityRules | undefined): Profile | undefined {
  const count = lines.count('programs');
  if (count > 1) throw invalid(lines.line, 'there is at most one part with other programs');
  if (count === 0) return undefined;
  const own = factsOfPrograms(facts);
  const { builder, accounting } = readBody(lines, own, rules);
  return builder.finish(profileFacts(own, []), accounting, 'nanoseconds');
}

function profileFacts(facts: CaptureFacts, faults: readonly string[]): ProfileFacts {
  const { host, event, startedAtMs, seconds, hz, cpus, hostCpu, load1, runQueue, otherProcesses } = facts;
  const warnings = [...facts.warnings, ...faults];
  const told = { host, event, startedAtMs, seconds, hz, cpus, hostCpu, load1, runQueue, otherProcesses, warnings };
  return { ...NO_FACTS, source: 'capture', ...told };
}

/**
 * Reads a gunzipped capture. Times are in milliseconds since the start of the recording, weights in nanoseconds of
 * CPU. Throws `CAPTURE_INVALID` with the line at fault; any bytes end in that or in a profile.
 */
export function readCapture(input: string | Uint8Array, rules?: IdentityRules): Profile {
  if (input.length > MAX_BYTES)
    throw new AppError('CAPTURE_TOO_LARGE', `The capture is too long to read (${input.length} bytes).`);
  const lines = new CaptureLines(typeof input === 'string' ? input : new TextDecoder().decode(input));
  const magic = lines.next('the name of the form');
  refuseOtherForm(`${magic}\n`);
  if (magic !== MAGIC && magic !== MAGIC_OF_2 && magic !== MAGIC_OF_1) {
    throw invalid(1, `"${MAGIC}" was expected here`);
  }
  const facts = readCaptureFacts(lines.json('the facts'));
  const { builder, accounting } = readBody(lines, facts, rules);
  const { visited, warnings: faults } = magic === MAGIC_OF_1 ? NOT_VISITED : readVisited(lines, facts);
  const programs = magic === MAGIC ? readPrograms(lines, facts, rules) : undefined;
  if (lines.left > 0) throw invalid(lines.line + 1, 'it continues after its last part');
  const read = builder.finish(profileFacts(facts, faults), accounting, 'nanoseconds');
  const profile = programs === undefined ? read : { ...read, programs };
  return visited.evidence.length + visited.visits.size > 0 ? applyEvidence(profile, visited, rules) : profile;
}
