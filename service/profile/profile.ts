/**
 * The profile model: a call tree plus samples that each say when, in which thread and at which node of the tree.
 * Columns are typed arrays; index 0 of the tree is the synthetic root.
 */
import type { ContainerInfo } from './container/container.ts';

/** Which V8 tier compiled the code of a frame; `none` for everything that is not JavaScript. */
export const TIERS = ['none', 'interpreter', 'baseline', 'maglev', 'turbofan'] as const;
export type Tier = (typeof TIERS)[number];

export const CATEGORIES = [
  'app', // JavaScript of the service itself
  'dependency', // JavaScript under node_modules
  'node', // JavaScript of Node core (node:…)
  'regexp', // compiled regular expressions
  'wasm',
  'v8', // V8 runtime and builtins
  'gc',
  'jit', // V8's compilers
  'native', // libc, libuv, addons, any other program
  'kernel',
  'unknown', // no symbol
] as const;
export type Category = (typeof CATEGORIES)[number];

/** One function: one row, the same on both hosts, whatever its tier, address, release directory or process. */
export interface FunctionInfo {
  /** Identity: equal keys mean the same function. Stable across hosts, runs and Node versions. */
  readonly key: string;
  /** For people: `parseHTML`, `(anonymous)`, `JSON.parse`, `epoll_wait`. */
  readonly name: string;
  readonly category: Category;
  /** npm package, `htmlparser2`; null for app code, native code and Node core. */
  readonly package: string | null;
  readonly packageVersion: string | null;
  /** Path with release directories folded; null where none is known. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Shared object or pseudo module of native and kernel code: `libc.so.6`, `[kernel]`; null for JavaScript. */
  readonly module: string | null;
}

/** Distinct frames as they appear in stacks: a function in one tier and one spelling. Columns of equal length. */
export interface FrameTable {
  readonly length: number;
  /** Index into `functions`. */
  readonly functionOf: Int32Array;
  /** Index into `TIERS`. */
  readonly tier: Uint8Array;
  /**
   * The text of the source, without offset: `JS:*parse /srv/app.js:5:63`, `[libc.so.6]`; what the folded export prints.
   * Empty where the source keeps none. Untrusted text.
   */
  readonly symbol: readonly string[];
  /** 1 for V8's entry and call stubs: out of view, their samples belong to the caller (`functionTree` does this). */
  readonly hidden: Uint8Array;
  /** Where V8 inlined the function into the one above it, and how that is known (`INLINED_…`). Absent: nowhere. */
  readonly inlined?: Uint8Array;
}

/** V8's profiler saw it, perf did not. */
export const INLINED_SEEN = 1;
/** The text tells: it is the only function there that can have made the call. */
export const INLINED_BY_TEXT = 2;

/** Parents come before children; node 0 is the root with parent −1 and frame −1. */
export interface CallTree {
  readonly length: number;
  readonly parent: Int32Array;
  /** Index into the frame table. */
  readonly frame: Int32Array;
}

/** Samples in no particular order. Columns of equal length. Rows with equal time, thread and node may be merged. */
export interface SampleTable {
  readonly length: number;
  /** Milliseconds since the start of the recording (resolution ≤ 20 ms); −1 where the source keeps no time. */
  readonly atMs: Int32Array;
  /** Index into `threads`. */
  readonly thread: Int32Array;
  /** Index into the tree; 0 (the root) is a sample without a stack. */
  readonly node: Int32Array;
  /** How many samples this row stands for: statistics use this, unless `SampleAccounting.unit` says otherwise. */
  readonly count: Int32Array;
  /** Sum of periods in `Profile.weightUnit`: widths may use this. */
  readonly weight: Float64Array;
}

export interface ThreadInfo {
  /** Index into `processes`. */
  readonly process: number;
  readonly tid: number | null;
  readonly name: string;
}

/** What V8's own profiler did in a process, or why it did nothing. Null where not known. */
export interface V8Visit {
  readonly status: 'profiled' | 'skipped' | 'failed';
  /** A code such as `TOO_YOUNG`, and the same in a sentence. */
  readonly reason: string | null;
  readonly message: string | null;
  /** Version of Node, `v24.1.0`. */
  readonly node: string | null;
  /** Epoch milliseconds. */
  readonly startedAtMs: number | null;
  /** How long the program stood still. */
  readonly startPauseMs: number | null;
  readonly stopPauseMs: number | null;
  /** Its worker threads, which V8's profile leaves out; −1 or null where not known. */
  readonly workers: number | null;
  /** The inspector's port could not be closed yet when the capture ended. */
  readonly leftOpen: boolean;
}

/** The log that V8 writes beside the perf map, for as long as the process lives. */
export interface V8Log {
  /** `unlinked`: a file that goes with the process; `stdout`: the program's own output, as no file could be made. */
  readonly to: 'file' | 'unlinked' | 'stdout';
  readonly path: string;
  /** Of all its threads; 0 for `stdout`. */
  readonly bytes: number;
  /** Age of the process. */
  readonly seconds: number;
}

export interface ProcessInfo {
  readonly pid: number | null;
  /** Short name for people: process title or program. Untrusted text. */
  readonly name: string;
  /** CPU seconds (user + system) in the recording's window, from /proc; null where not measured. */
  readonly cpuSeconds: number | null;
  /** The process began or ended within the recording. */
  readonly partial: boolean;
  /** State of /tmp/perf-PID.map; `none` = Node started without --perf-basic-prof. Null where it does not apply. */
  readonly perfMap: 'ok' | 'none' | 'unreadable' | 'truncated' | null;
  /** What runs its JavaScript, told by the program itself; null for a program of another kind, absent: not known. */
  readonly runtime?: 'node' | 'bun' | 'deno' | null;
  /** Where it runs: the first 12 digits of its container, the unit of systemd. Absent or null: in none. Untrusted. */
  readonly container?: string | null;
  readonly unit?: string | null;
  /** The same container as its runtime describes it. */
  readonly runsIn?: ContainerInfo;
  /** `v8`: the names of its JavaScript are from V8's profiler; absent: from perf and its map. */
  readonly namedBy?: 'v8';
  /** Absent where nobody asked for V8's profiler. */
  readonly visit?: V8Visit;
  /** Version of Node, `v24.1.0`; absent where not known. */
  readonly node?: string;
  readonly v8Log?: V8Log;
  /** Processes that write the same perf map, which therefore names the functions of none. */
  readonly sharesMapWith?: readonly number[];
}

/** CPU seconds of the whole host over the window, from /proc/stat. */
export interface HostCpu {
  readonly user: number;
  readonly system: number;
  readonly iowait: number;
  readonly steal: number;
  readonly idle: number;
}

/** A program that was not profiled as part of the service: one process, or many of one name that came and went. */
export interface OtherProcess {
  /** Of the busiest of them. */
  readonly pid: number;
  /** Untrusted, as all texts here. */
  readonly name: string;
  readonly cpuSeconds: number;
  /** How many processes there were; absent: one. */
  readonly processes?: number;
  /** Who started it, the nearest first: `log-rotate.sh`, `cron`. */
  readonly startedBy?: readonly string[];
  readonly exe?: string | null;
  /** As in `ProcessInfo`. */
  readonly container?: string | null;
  readonly unit?: string | null;
  readonly runsIn?: ContainerInfo;
}

/** What is known about how the profile was obtained. Null where the source does not say. */
export interface ProfileFacts {
  readonly source: 'capture' | 'perf-script' | 'folded' | 'cpuprofile' | 'pprof' | 'speedscope';
  readonly host: string | null;
  readonly instanceId: string | null;
  readonly event: string | null;
  /** Epoch milliseconds of `atMs` = 0. */
  readonly startedAtMs: number | null;
  /** Wall-clock length of the recording. */
  readonly seconds: number | null;
  /** Sampling rate per busy CPU. */
  readonly hz: number | null;
  readonly cpus: number | null;
  readonly hostCpu: HostCpu | null;
  readonly load1: number | null;
  /** Mean number of runnable threads seen by /proc/loadavg during the recording. */
  readonly runQueue: number | null;
  /** Busiest processes of the host that were not profiled, most CPU first. */
  readonly otherProcesses: readonly OtherProcess[];
  /** Requests served in the window where known (for cost per request). */
  readonly requests: number | null;
  /** Words for people about anything that limits trust. */
  readonly warnings: readonly string[];
}

/** Samples by the resolution of their JIT frames. Counted in frames of samples (a frame in n samples counts n). */
export interface JitAccounting {
  readonly frames: number;
  readonly repaired: number;
  readonly ambiguous: number;
  readonly unresolved: number;
}

/** Every sample has one disposition: `recorded` = `drawn` + Σ `filtered`. */
export interface SampleAccounting {
  readonly recorded: number;
  readonly drawn: number;
  /**
   * What is counted, in words, where that is not samples: `units of weight`, `alloc_objects`. `samples.count` then says
   * how much, but nothing about chance, and `samples.weight` is what shares are made of.
   */
  readonly unit?: string;
  /** By reason in words: `idle`, `other process`, `other event cycles`, `malformed`. */
  readonly filtered: Readonly<Record<string, number>>;
  /** Samples that the kernel says it dropped (not part of `recorded`). */
  readonly lost: number;
  readonly jit: JitAccounting;
}

/** Samples that ended on one source line of a node of the tree. */
export interface LineTicks {
  readonly node: number;
  /** From 1. */
  readonly line: number;
  readonly samples: number;
}

/** Functions that an optimised one calls and that V8 may have inlined into it, the likeliest first. */
export interface InlinedCandidates {
  /** Key of the function. */
  readonly caller: string;
  readonly callees: readonly TextCallee[];
}

export interface TextCallee {
  readonly fn: FunctionInfo;
  /** Calls on the way, from 1. */
  readonly depth: number;
  /** Loops around them. */
  readonly loops: number;
  /** What its own text calls, by name: untrusted, and nothing to show. */
  readonly calls: readonly string[];
}

export interface Profile {
  readonly functions: readonly FunctionInfo[];
  readonly frames: FrameTable;
  readonly tree: CallTree;
  readonly samples: SampleTable;
  readonly threads: readonly ThreadInfo[];
  readonly processes: readonly ProcessInfo[];
  /** `events`: whatever the event counts (cycles, page faults). */
  readonly weightUnit: 'nanoseconds' | 'samples' | 'events';
  readonly facts: ProfileFacts;
  readonly ledger: SampleAccounting;
  /** Only where the source counts by line (`.cpuprofile`, V8's profiler in a capture). */
  readonly lineTicks?: readonly LineTicks[];
  /** From the source text, where a capture brings it. */
  readonly inlinedCandidates?: readonly InlinedCandidates[];
  /** The stacks of `facts.otherProcesses`, which are its processes; no part of anything else here. */
  readonly programs?: Profile;
}
