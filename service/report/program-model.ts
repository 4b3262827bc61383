import type { ProgramUse } from '../compare/differential.ts';
import { onPeer, programWords } from '../compare/program-words.ts';
import { differenceOfCores, formatCores } from '../shared/text/number.ts';
import { clean } from './clean-text.ts';
import type { Limits } from './finding-model.ts';

/** Another program of the hosts, ready to print. */
export interface ProgramModel {
  readonly name: string;
  /** `gzip ×212, started by log-rotate.sh (cron)`. */
  readonly words: string;
  /** The same for the table; null where it is no more than the name. */
  readonly detail: string | null;
  /** `container 0123456789ab`, `cron.service`; null where it runs in neither. */
  readonly place: string | null;
  readonly hot: string;
  readonly healthy: string;
  readonly delta: string;
  readonly onPeer: string;
  /** Percent of the larger of the two. */
  readonly hotBar: number;
  readonly hotRest: number;
  readonly healthyBar: number;
  readonly healthyRest: number;
}

/** Below this many cores on both sides it is not listed. */
const WORTH_LISTING = 0.05;

export function programModel(use: ProgramUse, limits: Limits, isBaseline: boolean): ProgramModel {
  const { hotCores, healthyCores, container, unit } = use;
  const largest = Math.max(hotCores, healthyCores, 1e-9);
  const bar = (cores: number) => Math.max(0, Math.min(100, Math.round((100 * cores) / largest)));
  const place = container === null ? unit : `container ${container}`;
  const words = programWords(use);
  return {
    name: clean(use.name, limits.name),
    words: clean(words, limits.text),
    detail: words === use.name ? null : clean(words, limits.text),
    place: place === null ? null : clean(place, limits.name),
    hot: formatCores(hotCores),
    healthy: formatCores(healthyCores),
    delta: differenceOfCores(hotCores, healthyCores),
    onPeer: onPeer(use, isBaseline),
    hotBar: bar(hotCores),
    hotRest: 100 - bar(hotCores),
    healthyBar: bar(healthyCores),
    healthyRest: 100 - bar(healthyCores),
  };
}

export function programModels(uses: readonly ProgramUse[], limits: Limits, isBaseline: boolean): ProgramModel[] {
  return uses
    .filter(({ hotCores, healthyCores }) => Math.max(hotCores, healthyCores) >= WORTH_LISTING)
    .slice(0, limits.lines)
    .map((use) => programModel(use, limits, isBaseline));
}
