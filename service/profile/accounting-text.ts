import { formatCount, formatPercent } from '../shared/text/number.ts';
import { ascii } from '../shared/text/untrusted.ts';
import type { SampleAccounting } from './profile.ts';

/**
 * The accounting of samples in one line for people, a second one when there was generated code to name. Reasons are
 * untrusted text.
 */
export function accountingText(accounting: SampleAccounting): string {
  const reasons = Object.keys(accounting.filtered)
    .sort()
    .map((reason) => `, ${formatCount(accounting.filtered[reason] ?? 0)} ${ascii(reason)}`);
  const lost = accounting.lost > 0 ? `; the kernel lost ${formatCount(accounting.lost)} more` : '';
  const drawn = `${formatCount(accounting.drawn)} drawn`;
  const unit = ascii(accounting.unit ?? 'samples');
  const samples = `${formatCount(accounting.recorded)} ${unit}: ${drawn}${reasons.join('')}${lost}`;
  const { frames, repaired, ambiguous, unresolved } = accounting.jit;
  if (frames === 0) return samples;
  const shares =
    `repaired ${formatPercent(repaired / frames)}, ambiguous ${formatPercent(ambiguous / frames)}, ` +
    `unresolved ${formatPercent(unresolved / frames)}`;
  return `${samples}\nJIT frames: ${formatCount(frames)}; ${shares}`;
}
