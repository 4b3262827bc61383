import type { Ledger } from './profile.ts';

/** `1,234,567`. Not `Intl`: to load its data takes longer than to read 10 MB. */
function whole(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function percent(part: number, of: number): string {
  return `${of === 0 ? '0.0' : ((part / of) * 100).toFixed(1)} %`;
}

/** The ledger in one line for people, a second one when there was generated code to name. Reasons are untrusted text. */
export function ledgerText(ledger: Ledger): string {
  const reasons = Object.keys(ledger.filtered)
    .sort()
    .map((reason) => `, ${whole(ledger.filtered[reason] ?? 0)} ${reason.replace(/[^\x20-\x7e]/g, '?')}`);
  const lost = ledger.lost > 0 ? `; the kernel lost ${whole(ledger.lost)} more` : '';
  const samples = `${whole(ledger.recorded)} samples: ${whole(ledger.drawn)} drawn${reasons.join('')}${lost}`;
  const { frames, repaired, ambiguous, unresolved } = ledger.jit;
  if (frames === 0) return samples;
  const shares = `repaired ${percent(repaired, frames)}, ambiguous ${percent(ambiguous, frames)}, unresolved ${percent(unresolved, frames)}`;
  return `${samples}\nJIT frames: ${whole(frames)}; ${shares}`;
}
