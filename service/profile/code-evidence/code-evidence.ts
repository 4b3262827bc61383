/**
 * What a capture carries beside perf's samples (docs/formats.md, "Visits and code"): what V8's own profiler did and saw
 * in each process, and what its optimised functions may hold. From an instance, so everything is checked.
 */
import type { V8Visit } from '../profile.ts';

/** A function as V8 names it; line and column from 1, 0 where V8 gives no place. Untrusted texts. */
export interface CodePlace {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** V8's call tree. Parents come before children; node 0 is the root. */
export interface V8Tree {
  readonly parent: Int32Array;
  /** Index into the places. */
  readonly place: Int32Array;
  /** Rows `node, line, samples, owner`: the owner is the place whose text holds the line, −1 for that of the node. */
  readonly ticks: Int32Array;
  /** Samples in order of time; null where only ticks were sent. */
  readonly samples: Int32Array | null;
  /** Milliseconds since the one before. */
  readonly deltasMs: Int32Array | null;
}

/** What one optimised function may hold, the likeliest first. */
export interface CallerEvidence {
  readonly caller: number;
  readonly callees: readonly CalleeEvidence[];
  /**
   * Place by a name that is called in optimised code of the caller, but not by its own text: the only one of the
   * functions that it may hold whose text calls that.
   */
  readonly soleCallers: ReadonlyMap<string, number>;
}

export interface CalleeEvidence {
  readonly place: number;
  readonly depth: number;
  readonly loops: number;
  /** Names that its text calls. Untrusted. */
  readonly calls: readonly string[];
}

export interface CodeEvidence {
  /** Index of the process in the capture. */
  readonly process: number;
  readonly places: readonly CodePlace[];
  readonly callers: readonly CallerEvidence[];
  readonly v8: V8Tree | null;
  /** Why V8's profile is missing although there was one. Untrusted text. */
  readonly v8Fault: string | null;
}

const MAX_PLACES = 200_000;
const MAX_NUMBERS = 2_000_000;
const MAX_NAME = 300;
const MAX_PATH = 1000;
const MAX_INT = 0x7fff_ffff;
/** V8 looks at 255 frames of a stack, each with what was inlined into it. */
const MAX_DEPTH = 4096;
/** Frames on the way to all that was counted: half an hour of a deep service has two million. Bounds the work. */
const MAX_FRAMES = 8_000_000;

type Json = Readonly<Record<string, unknown>>;

class Invalid extends Error {}

function list(value: unknown, what: string, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max) throw new Invalid(`${what} must be a list of at most ${max}`);
  return value;
}

function whole(value: unknown, what: string, max: number, min = 0): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new Invalid(`${what} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

function numbers(value: unknown, what: string, rowLength: number): Int32Array {
  const items = list(value, what, MAX_NUMBERS);
  if (items.length % rowLength !== 0) throw new Invalid(`${what} must have rows of ${rowLength}`);
  return Int32Array.from(items, (item) => whole(item, what, MAX_INT, -MAX_INT));
}

function readPlace(value: unknown): CodePlace {
  const [name, file, line, column] = list(value, 'a function', 4);
  if (typeof name !== 'string' || typeof file !== 'string') throw new Invalid('a function must have a name and a file');
  return {
    name: name.slice(0, MAX_NAME),
    file: file.slice(0, MAX_PATH),
    line: whole(line, 'a line', MAX_INT),
    column: whole(column, 'a column', MAX_INT),
  };
}

/** Refuses trees that take far longer to follow than to send. */
function checkDepths({ parent, ticks, samples }: V8Tree): void {
  const depth = new Int32Array(parent.length);
  for (let node = 1; node < parent.length; node++) {
    depth[node] = (depth[parent[node] as number] as number) + 1;
    if ((depth[node] as number) > MAX_DEPTH) throw new Invalid(`a stack is deeper than ${MAX_DEPTH}`);
  }
  let frames = 0;
  for (let i = 0; i < ticks.length; i += 4) frames += depth[ticks[i] as number] as number;
  for (const node of new Set(samples)) frames += depth[node] as number;
  if (frames > MAX_FRAMES) throw new Invalid('the profile is far more complex than any real one');
}

function readTree(v8: Json, places: number): V8Tree {
  const rows = numbers(v8.nodes, 'nodes', 2);
  const nodes = rows.length / 2;
  const parent = new Int32Array(nodes);
  const place = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    parent[node] = whole(rows[2 * node], 'a parent', node - 1, node === 0 ? -1 : 0);
    place[node] = whole(rows[2 * node + 1], 'a function', places - 1);
  }
  const ticks = numbers(v8.ticks, 'ticks', 4);
  for (let i = 0; i < ticks.length; i += 4) {
    whole(ticks[i], 'the node of a tick', nodes - 1);
    whole(ticks[i + 2], 'a count of ticks', MAX_INT);
    whole(ticks[i + 3], 'the owner of a tick', places - 1, -1);
  }
  if (v8.samples === undefined) return { parent, place, ticks, samples: null, deltasMs: null };
  const samples = numbers(v8.samples, 'samples', 1);
  const deltasMs = numbers(v8.deltasMs, 'deltasMs', 1);
  if (samples.length !== deltasMs.length) throw new Invalid('samples and deltasMs must be equally many');
  for (const node of samples) whole(node, 'the node of a sample', nodes - 1);
  return { parent, place, ticks, samples, deltasMs };
}

function readCallers(value: unknown, places: number): CallerEvidence[] {
  return list(value, 'callees', 1000).map((row) => {
    const [caller, callees, sole = []] = list(row, 'a caller', 3);
    return {
      caller: whole(caller, 'a caller', places - 1),
      callees: list(callees, 'its callees', 100).map((callee) => {
        const [place, depth, loops, calls = []] = list(callee, 'a callee', 4);
        return {
          place: whole(place, 'a callee', places - 1),
          depth: whole(depth, 'a depth', 100),
          loops: whole(loops, 'loops', 10_000),
          calls: list(calls, 'calls', 100).flatMap((name) =>
            typeof name === 'string' ? [name.slice(0, MAX_NAME)] : [],
          ),
        };
      }),
      soleCallers: new Map(list(sole, 'sole callers', 1000).map((pair) => readSoleCaller(pair, places))),
    };
  });
}

function readSoleCaller(value: unknown, places: number): [string, number] {
  const [name, place] = list(value, 'a sole caller', 2);
  if (typeof name !== 'string') throw new Invalid('a sole caller must have the name of what it calls');
  return [name.slice(0, MAX_NAME), whole(place, 'a sole caller', places - 1)];
}

/**
 * One line `PROCESS JSON`. The program itself wrote what follows the number, so a fault costs this evidence and not the
 * capture: the words of what is wrong instead.
 */
export function readCodeLine(line: string, processes: number): CodeEvidence | { readonly fault: string } {
  const [, index, json] = /^(\d{1,6}) (.*)$/s.exec(line) ?? [];
  try {
    const process = whole(Number(index), 'a process', processes - 1);
    const value = JSON.parse(json ?? '') as Json;
    const places = list(value.functions, 'functions', MAX_PLACES).map(readPlace);
    const { v8, v8Error } = value;
    const tree = typeof v8 === 'object' && v8 !== null ? readTree(v8 as Json, places.length) : null;
    if (tree !== null) checkDepths(tree);
    return {
      process,
      places,
      callers: readCallers(value.callees, places.length),
      v8: tree,
      v8Fault: typeof v8Error === 'string' ? v8Error.slice(0, MAX_NAME) : null,
    };
  } catch (error) {
    return { fault: error instanceof Invalid ? error.message : 'it is not of the expected form' };
  }
}

const STATUSES = ['profiled', 'skipped', 'failed'] as const;

/** One line of JSON about the visit of a process; undefined where it is not of the expected form. */
export function readVisitLine(line: string): { readonly pid: number; readonly visit: V8Visit } | undefined {
  try {
    const value = JSON.parse(line) as Json;
    const status = STATUSES.find((one) => one === value.status);
    if (status === undefined) return undefined;
    const measured = (key: string) => {
      const found = value[key];
      return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : null;
    };
    const text = (key: string, max: number) => {
      const found = value[key];
      return typeof found === 'string' ? found.slice(0, max) : null;
    };
    return {
      pid: whole(value.pid, 'a pid', MAX_INT),
      visit: {
        status,
        reason: text('reason', 40),
        message: text('message', MAX_NAME),
        node: text('node', 40),
        startedAtMs: measured('startedAt'),
        startPauseMs: measured('startPauseMs'),
        stopPauseMs: measured('stopPauseMs'),
        workers: measured('workers'),
        leftOpen: value.leftOpen === true,
      },
    };
  } catch {
    return undefined;
  }
}
