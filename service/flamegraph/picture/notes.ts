/** Words under a graph: how it was recorded and what limits trust. Texts are not yet cleaned. */
import type { Differential } from '../../compare/differential.ts';
import type { Profile } from '../../profile/profile.ts';

/** Below this, a frame of one percent stands on three samples: the picture says so. */
const FEW_SAMPLES = 300;

export function formatCores(cores: number): string {
  const size = Math.abs(cores);
  return cores.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3);
}

/** `12,345`; not by locale, which differs between machines. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toFixed(0)
    .replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Samples of no stack would show as an empty graph: the note says how many. */
export function profileNotes(profile: Profile, samples: number, scale: number | null): string[] {
  const { facts, ledger } = profile;
  const notes: string[] = [];
  const how = [`${formatCount(samples)} samples`];
  if (facts.seconds !== null) how.push(`${Number(facts.seconds.toFixed(1))} s`);
  if (facts.hz !== null) how.push(`${Number(facts.hz.toFixed(1))} Hz`);
  if (scale !== null) how.push(`${formatCores(samples * scale)} cores`);
  if (facts.host !== null || facts.instanceId !== null) how.push(facts.instanceId ?? facts.host ?? '');
  notes.push(how.join(' · '));
  if (samples < FEW_SAMPLES) notes.push(`Only ${formatCount(samples)} samples: narrow frames are chance.`);
  if (ledger.lost > 0) notes.push(`${formatCount(ledger.lost)} samples were lost; the rest stand for them.`);
  const filtered = Object.entries(ledger.filtered).filter(([, count]) => count > 0);
  if (filtered.length > 0) {
    notes.push(`Not drawn: ${filtered.map(([reason, count]) => `${formatCount(count)} ${reason}`).join(', ')}.`);
  }
  const { frames, repaired, ambiguous, unresolved } = ledger.jit;
  if (frames > 0 && repaired + ambiguous + unresolved > 0) {
    const share = (count: number): string => `${((100 * count) / frames).toFixed(1)} %`;
    notes.push(
      `JIT frames: ${share(repaired)} repaired, ${share(ambiguous)} ambiguous, ${share(unresolved)} without a name.`,
    );
  }
  return [...notes, ...facts.warnings.slice(0, 10)];
}

export function differentialNotes(d: Differential): string[] {
  const side = (name: string, of: Differential['hot']): string =>
    `${name}: ${formatCores(of.cores)} cores, ${formatCount(of.samples)} samples`;
  return [
    `${side('Hot', d.hot)} · ${side('healthy', d.healthy)}`,
    `${d.verdict.class}: ${d.verdict.headline}`,
    ...d.quality.issues.map((issue) => `${issue.side}: ${issue.message} ${issue.fix}`),
    ...d.method,
  ].slice(0, 12);
}
