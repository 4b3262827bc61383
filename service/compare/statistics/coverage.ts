import type { Profile } from '../../profile/profile.ts';
import { formatCores, formatDecimal, formatPercent } from '../../shared/text/number.ts';
import type { Side } from '../differential.ts';
import type { Host } from './estimate.ts';
import { accountedSeconds, type Scale } from './scale.ts';

/** Other processes below this many cores are not worth words. */
const WORTH_NAMING = 0.05;
const MAX_NAMED = 3;
/** A thread more than one CPU can run at a time. */
const WORTH_QUEUEING = 1.5;

function words(side: Omit<Side, 'coverage'>, profile: Profile, scale: Scale): string {
  if (scale.sharesOnly) {
    if (!scale.countsSamples) return 'Sums, not samples: numbers are shares of the profile, not cores';
    const why = scale.lengthKnown ? 'The other file has no recording time' : 'No recording time in the file';
    return `${why}: numbers are shares of the profile, not cores`;
  }
  if (!scale.countsSamples) return `${formatCores(side.cores)} cores by the sums; the host's CPU was not measured`;
  const parts: string[] = [];
  if (side.hostBusyCores === null)
    parts.push(`${formatCores(side.cores)} cores by samples; the host's CPU was not measured`);
  else
    parts.push(
      `The profiled processes explain ${formatCores(side.cores)} of ${formatCores(side.hostBusyCores)} busy cores`,
    );
  const others = profile.facts.otherProcesses
    .map((other) => ({ name: other.name, cores: other.cpuSeconds / side.seconds }))
    .filter((other) => other.cores >= WORTH_NAMING)
    .slice(0, MAX_NAMED);
  for (const other of others) parts.push(`${other.name} ${formatCores(other.cores)}`);
  const steal = (profile.facts.hostCpu?.steal ?? 0) / side.seconds;
  if (steal >= WORTH_NAMING) parts.push(`stolen by other machines ${formatCores(steal)}`);
  const { runQueue } = profile.facts;
  if (runQueue !== null && runQueue >= WORTH_QUEUEING)
    parts.push(`${formatDecimal(runQueue)} threads were ready to run`);
  const error = samplingError(side, scale);
  if (error !== null) parts.push(`samples differ from process accounting by ${formatPercent(error)}`);
  return parts.join('; ');
}

/** (sampled − accounted) ÷ accounted; null where it was not accounted, or too little to divide by. */
export function samplingError(side: Pick<Side, 'cores' | 'accountedCores'>, scale: Scale): number | null {
  if (side.accountedCores === null || side.accountedCores < WORTH_NAMING) return null;
  return (side.cores / scale.throttleFactor - side.accountedCores) / side.accountedCores;
}

/** What one recording says about CPU as a whole. */
export function sideOf(host: Host, profile: Profile): Side {
  const { scale } = host;
  const cpu = profile.facts.hostCpu;
  const cpuSeconds = accountedSeconds(profile);
  const side = {
    cores: scale.samples * scale.coresPerSample,
    accountedCores: scale.sharesOnly || cpuSeconds === null ? null : cpuSeconds / scale.seconds,
    hostBusyCores: scale.sharesOnly || cpu === null ? null : (cpu.user + cpu.system) / scale.seconds,
    samples: scale.countsSamples ? scale.samples : Number.NaN,
    seconds: scale.seconds,
    hz: scale.hz,
  };
  return { ...side, coverage: words(side, profile, scale) };
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Peers as one side: mean cores, samples of all. */
export function meanSide(sides: readonly Side[]): Side {
  const first = sides[0] as Side;
  if (sides.length === 1) return first;
  const mean = (pick: (side: Side) => number): number =>
    sides.reduce((sum, side) => sum + pick(side), 0) / sides.length;
  return {
    cores: mean((side) => side.cores),
    accountedCores: meanOrNull(sides.map((side) => side.accountedCores)),
    hostBusyCores: meanOrNull(sides.map((side) => side.hostBusyCores)),
    samples: sides.reduce((sum, side) => sum + side.samples, 0),
    seconds: mean((side) => side.seconds),
    hz: mean((side) => side.hz),
    coverage: sides.map((side, i) => `Peer ${i + 1}: ${side.coverage}`).join('. '),
  };
}
