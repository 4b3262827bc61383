import { formatCount, formatPercent } from '../shared/text/number.ts';
import { ascii } from '../shared/text/untrusted.ts';
import type { SampleAccounting } from './profile.ts';

/**
 * The ledger in one line for people, a second one when there was generated code to name. Reasons are untrusted text.
 */
export function accountingText(ledger: SampleAccounting): string {
  const reasons = Object.keys(ledger.filtered)
    .sort()
    .map((reason) => `, ${formatCount(ledger.filtered[reason] ?? 0)} ${ascii(reason)}`);
  const lost = ledger.lost > 0 ? `; the kernel lost ${formatCount(ledger.lost)} more` : '';
  const drawn = `${formatCount(ledger.drawn)} drawn`;
  const samples = `${formatCount(ledger.recorded)} samples: ${drawn}${reasons.join('')}${lost}`;
  const { frames, repaired, ambiguous, unresolved } = ledger.jit;
  if (frames === 0) return samples;
  const shares =
    `repaired ${formatPercent(repaired / frames)}, ambiguous ${formatPercent(ambiguous / frames)}, ` +
    `unresolved ${formatPercent(unresolved / frames)}`;
  return `${samples}\nJIT frames: ${formatCount(frames)}; ${shares}`;
}
