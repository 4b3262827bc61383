/** Words under a graph: how it was recorded and what limits trust. Texts are not yet cleaned. */
import type { Differential } from '../../compare/differential.ts';
import type { Profile } from '../../profile/profile.ts';
import { formatSeconds } from '../../shared/text/duration.ts';
import { formatCores, formatCount, formatPercent, formatRate } from '../../shared/text/number.ts';

/** Below this, a frame of one percent stands on three samples: the picture says so. */
const FEW_SAMPLES_TO_DRAW = 300;

/** Samples of no stack would show as an empty graph: the note says how many. */
export function profileNotes(profile: Profile, samples: number, scale: number | null): string[] {
  const { facts, ledger } = profile;
  const notes: string[] = [];
  const isCounted = ledger.unit === undefined;
  const how = [isCounted ? `${formatCount(samples)} samples` : 'sums, not samples: widths are shares'];
  if (facts.seconds !== null) how.push(formatSeconds(facts.seconds));
  if (facts.hz !== null) how.push(formatRate(facts.hz));
  if (scale !== null) how.push(`${formatCores(samples * scale)} cores`);
  if (facts.host !== null || facts.instanceId !== null) how.push(facts.instanceId ?? facts.host ?? '');
  notes.push(how.join(' · '));
  if (isCounted && samples < FEW_SAMPLES_TO_DRAW)
    notes.push(`Only ${formatCount(samples)} samples: narrow frames may be chance.`);
  if (ledger.lost > 0)
    notes.push(`${formatCount(ledger.lost)} samples were lost; the rest are scaled up to make up for them.`);
  const filtered = Object.entries(ledger.filtered).filter(([, count]) => count > 0);
  if (filtered.length > 0) {
    notes.push(`Not drawn: ${filtered.map(([reason, count]) => `${formatCount(count)} ${reason}`).join(', ')}.`);
  }
  const { frames, repaired, ambiguous, unresolved } = ledger.jit;
  if (frames > 0 && repaired + ambiguous + unresolved > 0) {
    const share = (count: number): string => formatPercent(count / frames);
    notes.push(
      `JIT frames: ${share(repaired)} repaired, ${share(ambiguous)} ambiguous, ${share(unresolved)} without a name.`,
    );
  }
  return [...notes, ...facts.warnings.slice(0, 10)];
}

export function differentialNotes(d: Differential): string[] {
  const side = (name: string, recorded: Differential['hot']): string =>
    `${name}: ${formatCores(recorded.cores)} cores, ${formatCount(recorded.samples)} samples`;
  return [
    `${side('Hot', d.hot)} · ${side('healthy', d.healthy)}`,
    `${d.verdict.class}: ${d.verdict.headline}`,
    ...d.quality.issues.map((issue) => `${issue.side}: ${issue.message} ${issue.fix}`),
    ...d.method,
  ].slice(0, 12);
}
