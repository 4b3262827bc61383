/** A process of the service's own runtime that only the hot host has: a migration, a script, a console left open. */
import { add } from '../../profile/columns.ts';
import type { Profile } from '../../profile/profile.ts';
import { formatCores } from '../../shared/text/number.ts';
import { keep, sentence } from '../../shared/text/sentence.ts';
import type { HostRecording } from './programs.ts';
import { cores, growth, type VerdictInput, type VerdictRule } from './verdict-input.ts';

/** It is the cause when it explains half of the extra CPU. */
const HALF = 0.5;

/** `worker 3` and `worker 12` are the same. */
function kind(name: string): string {
  return name.replaceAll(/\d+/g, '#');
}

/** Cores by kind of process: by /proc where it was measured, else by samples. */
function coresByKind({ profile, side }: HostRecording): Map<string, number> {
  const samples = samplesByProcess(profile);
  const sums = new Map<string, number>();
  profile.processes.forEach(({ name, cpuSeconds }, process) => {
    const seconds = cpuSeconds ?? (samples[process] as number) / (profile.facts.hz ?? 1);
    sums.set(kind(name), (sums.get(kind(name)) ?? 0) + seconds / side.seconds);
  });
  return sums;
}

function samplesByProcess({ processes, samples, threads }: Profile): Float64Array {
  const counts = new Float64Array(processes.length);
  for (let row = 0; row < samples.length; row++) {
    const process = threads[samples.thread[row] as number]?.process;
    if (process !== undefined) add(counts, process, samples.count[row] as number);
  }
  return counts;
}

interface LoneProcess {
  readonly name: string;
  readonly cores: number;
}

function loneProcess(input: VerdictInput): LoneProcess | undefined {
  const { hot, hotProfile } = input;
  const known = new Set(input.peers.flatMap(({ profile }) => profile.processes.map(({ name }) => kind(name))));
  const isKnown = hotProfile.processes.map(({ name }) => known.has(kind(name)));
  // Where no process has a name that the peers know, names say nothing.
  if (!isKnown.includes(true) || !isKnown.includes(false)) return undefined;
  const byKind = [...coresByKind({ profile: hotProfile, side: hot })];
  const [most] = byKind.filter(([name]) => !known.has(name)).sort(([, a], [, b]) => b - a);
  if (most === undefined) return undefined;
  const [of, used] = most;
  const name = hotProfile.processes.find((process) => kind(process.name) === of)?.name ?? of;
  return { name, cores: used };
}

export const onlyOnHot: VerdictRule = (input) => {
  if (input.sharesOnly || input.peers.length === 0) return undefined;
  const lone = loneProcess(input);
  if (lone === undefined || lone.cores < input.minCores || lone.cores < HALF * growth(input)) return undefined;
  const others = keep(`${formatCores(Math.max(0, input.hot.cores - lone.cores))} cores`);
  const there = input.isBaseline ? 'baseline' : 'peer';
  const peer = keep(`${formatCores(input.healthy.cores)} cores`);
  return {
    class: 'other process',
    headline: sentence`${lone.name} runs on the hot host only and uses ${cores(lone.cores)}`,
    evidence: [
      sentence`No process of the ${there} is called ${lone.name}; the others use ${others} here and ${peer} there.`,
    ],
    // Its own functions are what grew, unless the recordings are too weak to name any.
    clearsCode: input.quality.grade === 'withheld',
  };
};
