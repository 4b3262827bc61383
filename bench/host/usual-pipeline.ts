/**
 * What everybody does by hand: perf record, perf script, stackcollapse-perf.pl, flamegraph.pl, each into a file. It
 * records beside ours, so that both have the same seconds of the same programs, and reads when ours has ended.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { findPeer } from '../find-peer.ts';
import type { Belongings } from './belongings.ts';
import { type Ended, Watch } from './watch.ts';

export interface UsualTools {
  readonly collapse: string;
  readonly flamegraph: string;
}

/** undefined, and words on stderr, where the tools are missing. */
export function findUsualTools(): UsualTools | undefined {
  const collapse = findPeer('STACKCOLLAPSE_PERL', 'stackcollapse-perf.pl');
  const flamegraph = findPeer('FLAMEGRAPH_PERL', 'flamegraph.pl');
  if (collapse !== undefined && flamegraph !== undefined) return { collapse, flamegraph };
  const missing = [
    ...(collapse === undefined ? ['stackcollapse-perf.pl (STACKCOLLAPSE_PERL)'] : []),
    ...(flamegraph === undefined ? ['flamegraph.pl (FLAMEGRAPH_PERL)'] : []),
  ];
  console.error(`NOT COMPARED with the usual pipeline: ${missing.join(' and ')} not found, by variable or on PATH.`);
  return undefined;
}

export interface UsualCost {
  /** While it recorded. */
  readonly recordingSeconds: number;
  /** CPU by stage from the end of the recording on; perf record needs some to end. */
  readonly stages: ReadonlyMap<string, number>;
  readonly afterSeconds: number;
  readonly dataBytes: number;
  readonly textBytes: number;
  readonly textGzippedBytes: number;
  readonly wroteBytes: number | null;
  readonly peakBytes: number;
}

interface UsualPlan {
  readonly seconds: number;
  readonly hz: number;
  /** As the post has it; null for the whole host. perf spins in `-p` as soon as a thread ends. */
  readonly pids: readonly number[] | null;
}

/** The workload of perf record notes when it ends. */
const WAIT = 'sleep "$0"; date +%s.%N >"$1"';
const READ = `perf script -i "$0/perf.data" >"$0/script.txt" 2>/dev/null && "$1" "$0/script.txt" >"$0/folded.txt" &&
"$2" "$0/folded.txt" >"$0/graph.svg"`;

export class UsualPipeline {
  readonly #belongings: Belongings;
  readonly #tools: UsualTools;
  readonly #folder: string;
  readonly #record: Watch;

  constructor(belongings: Belongings, tools: UsualTools, plan: UsualPlan) {
    this.#belongings = belongings;
    this.#tools = tools;
    this.#folder = belongings.folder('bench-host-usual-');
    const what = plan.pids === null ? ['-a'] : ['-p', plan.pids.join(',')];
    const data = join(this.#folder, 'perf.data');
    // Without performance counters `cycles`, the default, becomes this as well.
    const options = ['-e', 'cpu-clock', '-F', String(plan.hz), '-g', ...what, '-o', data];
    const wait = ['sh', '-c', WAIT, String(plan.seconds), join(this.#folder, 'ended')];
    this.#record = new Watch(belongings, ['perf', 'record', ...options, '--', ...wait]);
  }

  /** Reads the recording. */
  async cost(): Promise<UsualCost> {
    const recorded = succeeded('perf record', await this.#record.ended);
    await this.#record.stop();
    const sampledToMs = Number(readFileSync(join(this.#folder, 'ended'), 'latin1')) * 1000;
    const { collapse, flamegraph } = this.#tools;
    const reading = new Watch(this.#belongings, ['sh', '-c', READ, this.#folder, collapse, flamegraph]);
    const read = succeeded('the usual pipeline', await reading.ended);
    await reading.stop();
    const endSeconds = this.#record.cpu.between(sampledToMs, recorded.atMs);
    const stages = reading.stages(reading.startedMs, read.atMs);
    const afterSeconds = endSeconds + reading.cpu.at(read.atMs);
    stages.set('perf record, its end', endSeconds);
    const text = readFileSync(join(this.#folder, 'script.txt'));
    const wrote = [recorded.wroteBytes, read.wroteBytes];
    return {
      recordingSeconds: this.#record.cpu.at(sampledToMs),
      stages,
      afterSeconds,
      dataBytes: statSync(join(this.#folder, 'perf.data')).size,
      textBytes: text.length,
      textGzippedBytes: gzipSync(text, { level: 9 }).length,
      wroteBytes: wrote.includes(null) ? null : wrote.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0),
      peakBytes: reading.peakBytes(reading.startedMs, read.atMs),
    };
  }
}

function succeeded(what: string, ended: Ended): Ended {
  if (ended.code !== 0) throw new Error(`${what} ended with ${ended.code}: ${ended.stderr.slice(-500)}`);
  return ended;
}
