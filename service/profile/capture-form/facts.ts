/** The JSON line of facts in a capture. Checked by hand: this folder imports no package. */

import type { ContainerInfo } from '../container/container.ts';
import type { HostCpu, OtherProcess, ProcessInfo, V8Log } from '../profile.ts';
import { invalid } from './lines.ts';

export interface CaptureProcess {
  readonly info: ProcessInfo;
  /** Size of its map in time, oldest first. */
  readonly mapSizes: readonly { readonly atMs: number; readonly bytes: number }[];
}

export interface CaptureFacts {
  readonly event: string;
  readonly hz: number;
  readonly seconds: number;
  readonly startedAtMs: number | null;
  readonly binMs: number;
  /** What a sample stands for, in nanoseconds, unless it says otherwise. */
  readonly period: number;
  readonly host: string | null;
  readonly cpus: number | null;
  readonly hostCpu: HostCpu | null;
  readonly load1: number | null;
  readonly runQueue: number | null;
  readonly processes: readonly CaptureProcess[];
  readonly otherProcesses: readonly OtherProcess[];
  /** Samples of these that have stacks in the capture. */
  readonly programsDrawn: number;
  /** One in so many of their samples was kept. */
  readonly programsEvery: number;
  readonly recorded: number;
  readonly filtered: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly warnings: readonly string[];
  /** `raw`: names of the code of files are as compilers mangled them; null: perf has demangled them. */
  readonly symbols: 'raw' | null;
}

/** 2^31 ms are 24 days; a bin may be at most this far into a recording. */
export const MAX_MS = 0x7fff_ffff;
const RUNTIMES = ['node', 'bun', 'deno'] as const;
const PERF_MAP = ['ok', 'none', 'unreadable', 'truncated'] as const;
/** Longer texts are cut: nobody reads them, and a report repeats them. */
const MAX_TEXT = 300;
const MAX_LIST = 10_000;

/** Reads members of parsed JSON; a member of the wrong kind is a fault that names it. */
class Reader {
  private readonly value: Readonly<Record<string, unknown>>;
  private readonly path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid(2, `${path || 'the facts'} must be an object`);
    }
    this.value = value as Readonly<Record<string, unknown>>;
    this.path = path;
  }

  private at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  private get(key: string): unknown {
    return Object.hasOwn(this.value, key) ? (this.value[key] ?? null) : null;
  }

  orNull(key: string, max: number, min = 0): number | null {
    const value = this.get(key);
    if (value === null) return null;
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw invalid(2, `${this.at(key)} must be a number from ${min} to ${max}`);
    }
    return value;
  }

  number(key: string, max: number, min = 0): number {
    const value = this.orNull(key, max, min);
    if (value === null) throw invalid(2, `${this.at(key)} is missing`);
    return value;
  }

  integer(key: string, max: number): number {
    const value = this.number(key, max);
    if (!Number.isInteger(value)) throw invalid(2, `${this.at(key)} must be a whole number`);
    return value;
  }

  textOrNull(key: string): string | null {
    const value = this.get(key);
    if (value === null) return null;
    if (typeof value !== 'string') throw invalid(2, `${this.at(key)} must be a string`);
    return value.slice(0, MAX_TEXT);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.value, key);
  }

  flag(key: string): boolean {
    return this.get(key) === true;
  }

  list<T>(key: string, read: (item: unknown, path: string) => T): T[] {
    const value = this.get(key);
    if (value === null) return [];
    if (!Array.isArray(value) || value.length > MAX_LIST) {
      throw invalid(2, `${this.at(key)} must be a list of at most ${MAX_LIST}`);
    }
    return value.map((item, i) => read(item, `${this.at(key)}[${i}]`));
  }

  object(key: string): Reader | null {
    const value = this.get(key);
    return value === null ? null : new Reader(value, this.at(key));
  }

  counts(key: string): Record<string, number> {
    const inner = this.object(key);
    const counts: Record<string, number> = Object.create(null);
    for (const name of Object.keys(inner?.value ?? {}).slice(0, 50)) {
      counts[name.slice(0, MAX_TEXT)] = inner?.integer(name, Number.MAX_SAFE_INTEGER) ?? 0;
    }
    return { ...counts };
  }
}

function readMapSizes(item: unknown, path: string): { atMs: number; bytes: number } {
  const [atMs, bytes] = Array.isArray(item) ? item : [];
  if (typeof atMs !== 'number' || !Number.isFinite(atMs) || typeof bytes !== 'number' || !(bytes >= 0)) {
    throw invalid(2, `${path} must be a time and a size`);
  }
  return { atMs, bytes };
}

const LOG_TO = ['file', 'unlinked', 'stdout'] as const;

function readLog(process: Reader): V8Log | undefined {
  const log = process.object('v8Log');
  const sent = log?.textOrNull('to');
  const to = LOG_TO.find((one) => one === sent);
  if (log === null || to === undefined) return undefined;
  return {
    to,
    path: log.textOrNull('path') ?? '',
    bytes: log.number('bytes', 1e15),
    seconds: log.number('seconds', 1e10),
  };
}

/** What only some scripts send, and only where there is something to say. */
function readOptional(process: Reader): Pick<ProcessInfo, 'node' | 'v8Log' | 'sharesMapWith'> {
  const node = process.textOrNull('node');
  const v8Log = readLog(process);
  const sharesMapWith = process.list('sharesMapWith', Number).filter((pid) => Number.isInteger(pid) && pid > 0);
  return {
    ...(node !== null && /^v\d{1,4}(\.\d{1,6}){1,2}$/.test(node) ? { node } : {}),
    ...(v8Log === undefined ? {} : { v8Log }),
    ...(sharesMapWith.length === 0 ? {} : { sharesMapWith }),
  };
}

type Containers = ReadonlyMap<string, ContainerInfo>;

function readProcess(item: unknown, path: string, containers: Containers): CaptureProcess {
  const process = new Reader(item, path);
  const perfMap = process.textOrNull('perfMap');
  return {
    info: {
      pid: process.integer('pid', MAX_MS),
      name: process.textOrNull('name') ?? '',
      cpuSeconds: process.orNull('cpuSeconds', 1e9, -1e9),
      partial: process.flag('partial'),
      perfMap: PERF_MAP.find((state) => state === perfMap) ?? null,
      ...(process.has('runtime')
        ? { runtime: RUNTIMES.find((runtime) => runtime === process.textOrNull('runtime')) ?? null }
        : {}),
      ...readPlace(process, containers),
      ...readOptional(process),
    },
    mapSizes: process.list('mapSizes', readMapSizes).sort((a, b) => a.atMs - b.atMs),
  };
}

/** Where a process runs, as far as it runs in something. */
function readPlace(process: Reader, containers: Containers): Pick<ProcessInfo, 'container' | 'unit' | 'runsIn'> {
  const container = process.textOrNull('container');
  const unit = process.textOrNull('unit');
  const runsIn = containers.get(container ?? '');
  return {
    ...(container === null ? {} : { container }),
    ...(unit === null ? {} : { unit }),
    ...(runsIn === undefined ? {} : { runsIn }),
  };
}

function readContainer(item: unknown, path: string): ContainerInfo {
  const container = new Reader(item, path);
  return {
    id: container.textOrNull('id') ?? '',
    name: container.textOrNull('name'),
    image: container.textOrNull('image'),
    pod: container.textOrNull('pod'),
    podUid: container.textOrNull('podUid'),
    namespace: container.textOrNull('namespace'),
    cluster: container.textOrNull('cluster'),
    task: container.textOrNull('task'),
    family: container.textOrNull('family'),
    service: container.textOrNull('service'),
  };
}

function readOther(item: unknown, path: string, containers: Containers): OtherProcess {
  const other = new Reader(item, path);
  const exe = other.textOrNull('exe');
  const known = {
    pid: other.integer('pid', MAX_MS),
    name: other.textOrNull('name') ?? '',
    cpuSeconds: other.number('cpuSeconds', 1e9),
  };
  if (!other.has('processes')) return known;
  return {
    ...known,
    processes: Math.max(1, other.integer('processes', MAX_MS)),
    startedBy: other.list('startedBy', (name) => String(name).slice(0, MAX_TEXT)),
    ...(exe === null ? {} : { exe }),
    ...readPlace(other, containers),
  };
}

function readHostCpu(facts: Reader): HostCpu | null {
  const cpu = facts.object('hostCpu');
  if (cpu === null) return null;
  const seconds = (key: string) => cpu.number(key, 1e9, -1e9);
  return {
    user: seconds('user'),
    system: seconds('system'),
    iowait: seconds('iowait'),
    steal: seconds('steal'),
    idle: seconds('idle'),
  };
}

/** Throws `CAPTURE_INVALID`, naming the member, when the line is no JSON or a member is of the wrong kind. */
export function readCaptureFacts(line: string): CaptureFacts {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw invalid(2, 'the facts are not JSON');
  }
  const facts = new Reader(json, '');
  const ledger = facts.object('ledger');
  const hz = facts.number('hz', 1e6, 1);
  const containers = new Map(facts.list('containers', readContainer).map((one) => [one.id, one]));
  return {
    event: facts.textOrNull('event') ?? 'cpu-clock',
    hz,
    seconds: facts.number('seconds', 1e6),
    startedAtMs: facts.orNull('startedAtMs', 8.64e15),
    binMs: facts.number('binMs', 1000, 1),
    period: facts.orNull('period', 1e15, 1) ?? 1e9 / hz,
    host: facts.textOrNull('host'),
    cpus: facts.orNull('cpus', 1e6),
    hostCpu: readHostCpu(facts),
    load1: facts.orNull('load1', 1e9),
    runQueue: facts.orNull('runQueue', 1e9),
    processes: facts.list('processes', (item, path) => readProcess(item, path, containers)),
    otherProcesses: facts.list('otherProcesses', (item, path) => readOther(item, path, containers)),
    programsDrawn: facts.orNull('programsDrawn', Number.MAX_SAFE_INTEGER) ?? 0,
    programsEvery: facts.orNull('programsEvery', 1e6, 1) ?? 1,
    recorded: ledger?.integer('recorded', Number.MAX_SAFE_INTEGER) ?? 0,
    filtered: ledger?.counts('filtered') ?? {},
    lost: ledger?.integer('lost', Number.MAX_SAFE_INTEGER) ?? 0,
    warnings: facts.list('warnings', (item) => String(item).slice(0, MAX_TEXT)),
    symbols: facts.textOrNull('symbols') === 'raw' ? 'raw' : null,
  };
}
