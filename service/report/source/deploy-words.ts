import type { SourceExcerpt } from '../../capture/source-script.ts';
import { capitalised } from '../../shared/text/capitalised.ts';
import { clean } from '../clean-text.ts';
import type { ReportSource, SourceHost } from './source-data.ts';

type Deploy = SourceExcerpt['deploy'];

/** What the two hosts run. */
export interface DeployModel {
  readonly text: string;
  readonly differs: boolean;
}

/** As much of a commit as people write. */
const SHORT_COMMIT = 10;

const KINDS = [
  ['commit', (text: string) => `commit ${clean(text, SHORT_COMMIT + 1).slice(0, SHORT_COMMIT)}`],
  ['revision', (text: string) => `revision ${clean(text, 60)}`],
  ['release', (text: string) => `release ${clean(text, 60)}`],
] as const;

/** The first file that says what was deployed: those of packages lie in the same release as those of the service. */
function deployOf(host: SourceHost | undefined): Deploy | null {
  for (const { answer } of host?.places ?? []) {
    if (answer === null || 'reason' in answer) continue;
    const { commit, revision, release } = answer.deploy;
    if (commit !== null || revision !== null || release !== null) return answer.deploy;
  }
  return null;
}

function named(deploy: Deploy): string | null {
  const [kind, words] = KINDS.find(([name]) => deploy[name] !== null) ?? [];
  return kind === undefined ? null : (words?.(deploy[kind] ?? '') ?? null);
}

/** "Hot runs commit abc1234567, healthy runs commit def4567890."; null where neither is known. */
export function deployModel(source: ReportSource): DeployModel | null {
  const hot = deployOf(source.hosts.find(({ role }) => role === 'hot'));
  const healthy = deployOf(source.hosts.find(({ role }) => role === 'healthy'));
  // The surest one that both know decides: the same commit is often unpacked into directories of different names.
  const [kind, words] =
    KINDS.find(([name]) => (hot?.[name] ?? null) !== null && (healthy?.[name] ?? null) !== null) ?? [];
  if (kind !== undefined && words !== undefined) {
    const [here, there] = [words(hot?.[kind] ?? ''), words(healthy?.[kind] ?? '')];
    if (hot?.[kind] === healthy?.[kind]) return { text: `Both hosts run ${here}.`, differs: false };
    return { text: `Hot runs ${here}, healthy runs ${there}.`, differs: true };
  }
  const known = [
    ...(hot === null ? [] : [`hot runs ${named(hot)}`]),
    ...(healthy === null ? [] : [`healthy runs ${named(healthy)}`]),
  ].join(', ');
  return known === '' ? null : { text: `${capitalised(known)}.`, differs: false };
}

/** `release 41`, `commit abc1234567`: what the hot host runs; null where that is not known. */
export function hotRelease(source: ReportSource): string | null {
  const deploy = deployOf(source.hosts.find(({ role }) => role === 'hot'));
  return deploy === null ? null : named(deploy);
}
