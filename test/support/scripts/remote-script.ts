/** Runs the remote scripts for tests: in folders of their own, under any shell and awk. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { SCRIPT_ACTIONS, type ScriptAction } from '../../../service/capture/assemble-script.ts';
import { packRemoteScripts } from '../../../service/remote-scripts.ts';

/** Where the parts are. */
export const PARTS = join(import.meta.dirname, '../../../remote-scripts');

/** The scripts as they are sent, as files, as the SSM agent runs them; gone with this process. */
export const SCRIPT_FILES: Readonly<Record<ScriptAction, string>> = writeScripts();

function writeScripts(): Record<ScriptAction, string> {
  const dir = mkdtempSync(join(tmpdir(), 'smokejumper-scripts-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const texts = packRemoteScripts();
  const fileOf = (action: ScriptAction) => {
    const path = join(dir, `${action}.sh`);
    writeFileSync(path, texts[action]);
    return path;
  };
  return Object.fromEntries(SCRIPT_ACTIONS.map((action) => [action, fileOf(action)])) as Record<ScriptAction, string>;
}

export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** Why real recordings cannot be made here; undefined when they can. */
export function noPerf(): string | undefined {
  if (!has('perf')) return 'perf is not installed';
  const trial = spawnSync('perf', ['record', '-q', '-e', 'cpu-clock', '-a', '-o', '/dev/null', '--', 'true']);
  return trial.status === 0 ? undefined : 'perf may not record system-wide here';
}

export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'smokejumper-test-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The file of one of the awk programs. */
export function awkFile(
  name: 'tick' | 'census' | 'reduce' | 'facts' | 'flags' | 'programs' | 'describe' | 'elf' | 'container' | 'cgroup',
): string {
  return join(PARTS, `awk/${name}.awk`);
}

/** Every awk of this machine, as command words. */
export const AWKS: readonly (readonly string[])[] = [['mawk'], ['gawk'], ['busybox', 'awk']].filter(
  ([program]) => program !== undefined && has(program),
);

/** An executable that stands for `words`, since SMOKEJUMPER_AWK is one word. */
export function wrapper(dir: string, name: string, words: readonly string[]): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

export interface Ran {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout. */
  readonly report: Readonly<Record<string, unknown>>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  /** Resolves when stderr has said this. */
  said(words: string): Promise<void>;
}

export interface Surroundings {
  /** SMOKEJUMPER_DIR. */
  readonly dir: string;
  readonly shell?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** In a process group of its own, as under the SSM agent. */
  readonly ownGroup?: boolean;
  /** Instead of the assembled script of the action. */
  readonly script?: string;
}

/** Starts the script of the action that `args` begin with; that of `run` when they begin with none. */
export function start(args: readonly string[], { dir, shell, env, ownGroup, script }: Surroundings): Running {
  const [program, ...words] = shell ?? ['sh'];
  const action = SCRIPT_ACTIONS.find((known) => known === args[0]) ?? 'run';
  const child = spawn(program as string, [...words, script ?? SCRIPT_FILES[action], ...args], {
    env: { PATH: process.env.PATH ?? '', ...env, SMOKEJUMPER_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup ?? false,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    stderr += text;
    child.emit('words');
  });
  const done = once(child, 'close').then(([code, signal]): Ran => {
    const last = stdout.trimEnd().split('\n').at(-1) ?? '';
    return { code, signal, stdout, stderr, report: last.startsWith('{') ? JSON.parse(last) : {} };
  });
  const said = async (words: string) => {
    while (!stderr.includes(words)) {
      await Promise.race([once(child, 'words'), done]);
      if (child.exitCode !== null && !stderr.includes(words)) throw new Error(`it never said "${words}": ${stderr}`);
    }
  };
  return { child, done, said };
}

export function run(args: readonly string[], surroundings: Surroundings): Promise<Ran> {
  return start(args, surroundings).done;
}

/** A Node.js process that runs `source`; it prints `ready` when the recording may begin. Ended with the test. */
export async function busyNode(t: TestContext, source: string, comm = 'busy.mjs'): Promise<ChildProcess> {
  const dir = folder(t);
  mkdirSync(join(dir, 'app'));
  const file = join(dir, 'app', comm);
  writeFileSync(file, source);
  const flags = ['--perf-basic-prof-only-functions', '--interpreted-frames-native-stack'];
  const child = spawn(process.execPath, [...flags, file], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    rmSync(`/tmp/perf-${child.pid}.map`, { force: true });
  });
  await once(child.stdout, 'data');
  return child;
}
