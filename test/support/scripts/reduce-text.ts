/** The reducing step of the script on made text, under any awk. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../../service/profile/capture-form/capture-form.ts';
import type { Profile } from '../../../service/profile/profile.ts';
import { awkFile } from './remote-script.ts';

export interface MadeProcess {
  readonly pid: number;
  /** Text of its perf map. */
  readonly map?: string;
  /** [second of the machine's clock, bytes]. */
  readonly sizes?: readonly (readonly [number, number])[];
}

export interface MadeRecording {
  readonly stacks: string;
  readonly processes: readonly MadeProcess[];
  /** Second of the first sample. */
  readonly start: number;
  readonly threads?: readonly (readonly [pid: number, tid: number, name: string])[];
}

/** Frames, threads, tree and samples as the awk program prints them. */
export function reduceText(awk: readonly string[], dir: string, made: MadeRecording): string {
  const procs = made.processes.map(({ pid, map }, i) => {
    if (map === undefined) return `${i} ${pid} - 0 0`;
    writeFileSync(join(dir, `map.${i}`), map);
    return `${i} ${pid} ${join(dir, `map.${i}`)} 0 ${Buffer.byteLength(map)}`;
  });
  const ticks = made.processes.flatMap(({ pid, sizes }) => (sizes ?? []).map(([at, size]) => `M ${at} ${pid} ${size}`));
  const census = (made.threads ?? []).map(([pid, tid, name]) => `tid ${pid} ${tid} ${name}`);
  for (const [name, lines] of Object.entries({ procs, ticks, census })) {
    writeFileSync(join(dir, name), lines.map((line) => `${line}\n`).join(''));
  }
  const files = ['procs', 'ticks', 'census', 'trailer'].flatMap((name) => ['-v', `${name}=${join(dir, name)}`]);
  const [program, ...words] = awk as [string, ...string[]];
  const result = spawnSync(
    program,
    [...words, ...files, '-v', `start=${made.start}`, '-v', 'bin=0.02', '-f', awkFile('reduce')],
    { input: made.stacks, encoding: 'latin1', env: { PATH: process.env.PATH, LC_ALL: 'C' }, maxBuffer: 1 << 28 },
  );
  if (result.status !== 0) throw new Error(`${awk.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return result.stdout;
}

/** The numbers that the program leaves beside its text. */
export function trailer(dir: string): Record<string, number> {
  const lines = readFileSync(join(dir, 'trailer'), 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]));
}

/** The body with facts in front, as the script would send it. */
function captureOf(body: string, made: MadeRecording): Buffer {
  const drawn = Number(/^samples (\d+)$/m.exec(body)?.[1]);
  const facts = {
    id: 'made',
    event: 'cpu-clock',
    hz: 100,
    seconds: 10,
    startedAtMs: 1_700_000_000_000,
    binMs: 20,
    period: 10_000_000,
    processes: made.processes.map(({ pid, sizes }) => ({
      pid,
      name: `p${pid}`,
      cpuSeconds: 1,
      partial: false,
      perfMap: 'ok',
      mapSizes: (sizes ?? []).map(([at, size]) => [Math.round((at - made.start) * 1000), size]),
    })),
    ledger: { recorded: drawn, filtered: {}, lost: 0 },
  };
  return Buffer.from(`smokejumper-capture 1\n${JSON.stringify(facts)}\n${body}`, 'latin1');
}

/** Samples as sorted lines `pid/tid bin a;b;c`, root first, in the words of the source. */
export function sampleLines(profile: Profile): string[] {
  const { samples, tree, frames, threads, processes } = profile;
  const lines: string[] = [];
  for (let i = 0; i < samples.length; i++) {
    const stack: string[] = [];
    for (let node = samples.node[i] as number; node > 0; node = tree.parent[node] as number) {
      stack.unshift(frames.symbol[tree.frame[node] as number] as string);
    }
    const thread = threads[samples.thread[i] as number];
    const at = (samples.atMs[i] as number) / 20;
    const pid = processes[thread?.process ?? -1]?.pid;
    for (let n = samples.count[i] as number; n > 0; n--) lines.push(`${pid}/${thread?.tid} ${at} ${stack.join(';')}`);
  }
  return lines.sort();
}

/** Reduces and reads back. */
export function reduced(awk: readonly string[], dir: string, made: MadeRecording): Profile {
  return readCapture(captureOf(reduceText(awk, dir, made), made));
}
