import type { Ledger } from './profile.ts';

const whole = new Intl.NumberFormat('en-US');

function percent(part: number, of: number): string {
  return `${of === 0 ? '0.0' : ((part / of) * 100).toFixed(1)} %`;
}

/** The ledger in one line for people, a second one when there was generated code to name. Reasons are untrusted text. */
export function ledgerText(ledger: Ledger): string {
  const reasons = Object.keys(ledger.filtered)
    .sort()
    .map((reason) => `, ${whole.format(ledger.filtered[reason] ?? 0)} ${reason.replace(/[^\x20-\x7e]/g, '?')}`);
  const lost = ledger.lost > 0 ? `; the kernel lost ${whole.format(ledger.lost)} more` : '';
  const samples = `${whole.format(ledger.recorded)} samples: ${whole.format(ledger.drawn)} drawn${reasons.join('')}${lost}`;
  const { frames, repaired, ambiguous, unresolved } = ledger.jit;
  if (frames === 0) return samples;
  const shares = `repaired ${percent(repaired, frames)}, ambiguous ${percent(ambiguous, frames)}, unresolved ${percent(unresolved, frames)}`;
  return `${samples}\nJIT frames: ${whole.format(frames)}; ${shares}`;
}
