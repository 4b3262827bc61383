/** The programs beside the service: how much CPU each uses on the hot host, and on the healthy ones. */
import { containerWords } from '../../profile/container/container.ts';
import type { OtherProcess, Profile } from '../../profile/profile.ts';
import type { ProgramUse, Side } from '../differential.ts';

export interface HostRecording {
  readonly profile: Profile;
  readonly side: Side;
}

function coresByName({ profile, side }: HostRecording): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { name, cpuSeconds } of profile.facts.otherProcesses) {
    sums.set(name, (sums.get(name) ?? 0) + cpuSeconds / side.seconds);
  }
  return sums;
}

/** Cores beyond those of the healthy side. */
export function extraCores({ hotCores, healthyCores }: ProgramUse): number {
  return hotCores - healthyCores;
}

/** The most extra CPU first. */
export function programUses(hot: HostRecording, peers: readonly HostRecording[]): ProgramUse[] {
  const healthy = peers.map(coresByName);
  const mean = (name: string) =>
    healthy.reduce((sum, cores) => sum + (cores.get(name) ?? 0), 0) / Math.max(1, peers.length);
  const groups = Map.groupBy(hot.profile.facts.otherProcesses, ({ name }) => name);
  for (const cores of healthy) for (const name of cores.keys()) if (!groups.has(name)) groups.set(name, []);
  return [...groups]
    .map(([name, all]) => ({ ...described(name, all), healthyCores: mean(name), hotCores: cores(all, hot.side) }))
    .sort((a, b) => extraCores(b) - extraCores(a));
}

function cores(all: readonly OtherProcess[], side: Side): number {
  return all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / side.seconds;
}

function described(name: string, all: readonly OtherProcess[]): Omit<ProgramUse, 'hotCores' | 'healthyCores'> {
  const busiest = all.toSorted((a, b) => b.cpuSeconds - a.cpuSeconds)[0];
  return {
    name,
    processes: all.reduce((sum, { processes }) => sum + (processes ?? 1), 0),
    startedBy: busiest?.startedBy ?? [],
    container: busiest?.runsIn === undefined ? (busiest?.container ?? null) : containerWords(busiest.runsIn),
    unit: busiest?.unit ?? null,
  };
}
