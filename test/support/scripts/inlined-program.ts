/** Runs remote-scripts/inlined.js as the script does, on programs in temporary folders. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { joinModules } from '../../../service/capture/join-modules.ts';
import { otherNode } from './other-node.ts';
import { folder, PARTS } from './remote-script.ts';

const TEXT = joinModules('inlined.js', (part) => readFileSync(join(PARTS, part), 'utf8').split('\n')).join('\n');

export type Row = readonly [name: string, file: string, line: number, column: number];

export interface Answer {
  readonly functions: readonly Row[];
  readonly callees: readonly (readonly [
    caller: number,
    list: readonly (readonly [callee: number, depth: number, loops: number, calls: readonly unknown[]])[],
    soleCallers: readonly (readonly [name: string, callee: number])[],
  ])[];
  readonly v8?: {
    readonly nodes: readonly number[];
    readonly ticks: readonly number[];
    readonly samples?: readonly number[];
    readonly deltasMs?: readonly number[];
  };
  readonly v8Error?: string;
}

export interface Input {
  /** Lines `COUNT SYMBOL`. */
  readonly hot?: readonly string[];
  /** Symbols of the map; addresses are made up. */
  readonly map?: readonly string[];
  /** A text is taken as it is. */
  readonly profile?: unknown;
  readonly samples?: boolean;
  readonly node?: string;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The project's own, and those that `npm test` fetches. */
export const NODES: readonly { readonly major: number; readonly node: string; readonly missing: string | false }[] = [
  16, 18, 20, 22, 24, 26,
].map((major) => ({ major, ...otherNode(major) }));

/** A folder with these files. */
export function writeProgram(t: TestContext, files: Readonly<Record<string, string>>): string {
  const dir = realpathSync(folder(t));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

export function runInlined(t: TestContext, { hot = [], map = [], profile, samples, node }: Input): Ran {
  const dir = folder(t);
  const open = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return openSync(join(dir, name), 'r');
  };
  const lines = map.map((symbol, i) => `${(0x7f00_0000 + i * 64).toString(16)} 40 ${symbol}\n`);
  const text = typeof profile === 'string' ? profile : profile === undefined ? '' : JSON.stringify(profile);
  const descriptors = [open('profile', text), open('map', lines.join(''))];
  const words = ['--max-old-space-size=128', '--expose-internals', '-e', TEXT, samples ? 'samples' : 'lines'];
  const { status, stdout, stderr } = spawnSync(node ?? process.execPath, words, {
    input: hot.map((line) => `${line}\n`).join(''),
    stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'ignore', 'ignore', 'ignore', ...descriptors],
    env: { PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
    maxBuffer: 1 << 27,
    timeout: 60_000,
    cwd: '/',
  });
  for (const descriptor of descriptors) closeSync(descriptor);
  return { status, stdout, stderr };
}

/** What it answers, which is one line of JSON, and no longer than the script takes. */
export function ask(t: TestContext, input: Input): Answer {
  const { stdout, stderr } = runInlined(t, input);
  if (!/^\{"[^\n]*\}\n$/.test(stdout)) throw new Error(`not one line of JSON: ${stdout.slice(0, 300)} ${stderr}`);
  if (Buffer.byteLength(stdout) > 4 << 20) throw new Error(`${stdout.length} characters are too many`);
  return JSON.parse(stdout);
}

interface Place {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where V8 says that a function is: at the parenthesis after `head`, which is the end of its head's text. */
export function placeOf(file: string, head: string, name = /#?\w*$/.exec(head)?.[0] ?? ''): Place {
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(`${head}(`);
  if (start < 0) throw new Error(`${file} holds no ${head}(`);
  const before = text.slice(0, start + head.length);
  const line = before.split('\n').length;
  return { name, file, line, column: before.length - before.lastIndexOf('\n') };
}

export function symbolOf({ name, file, line, column }: Place, mark = '*'): string {
  return `JS:${mark}${name} ${file}:${line}:${column}`;
}

/** A .cpuprofile in which one function has a tick on each of the lines. */
export function profileOf({ name, file, line, column }: Place, lines: readonly number[]): object {
  const callFrame = { functionName: name, scriptId: '7', url: file, lineNumber: line - 1, columnNumber: column - 1 };
  const root = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
  return {
    nodes: [
      { id: 1, callFrame: root, hitCount: 0, children: [2] },
      { id: 2, callFrame, hitCount: lines.length, positionTicks: lines.map((at) => ({ line: at, ticks: 1 })) },
    ],
    startTime: 0,
    endTime: 10_000 * lines.length,
    samples: lines.map(() => 2),
    timeDeltas: lines.map(() => 10_000),
  };
}

/** By line, the name of the function that its ticks belong to; the caller's own are `-`. */
export function ownersOf({ v8, functions }: Answer): Record<number, string> {
  const { ticks } = v8 ?? { ticks: [] };
  const owners: Record<number, string> = {};
  for (let i = 0; i < ticks.length; i += 4) {
    const owner = ticks[i + 3] ?? -1;
    owners[ticks[i + 1] ?? 0] = owner < 0 ? '-' : (functions[owner]?.[0] ?? '?');
  }
  return owners;
}

/** The names that are proposed for a caller, in their order. */
export function candidatesOf({ callees, functions }: Answer, caller: string): string[] {
  const row = callees.find(([id]) => functions[id]?.[0] === caller);
  return (row?.[1] ?? []).map(([id]) => functions[id]?.[0] ?? '?');
}
