import type { SampleAccounting } from './profile.ts';

/** Adds up dispositions of samples, for importers of formats that know no JIT maps. */
export class AccountingBuilder {
  private drawn = 0;
  private readonly filtered: Record<string, number> = {};

  draw(samples: number): void {
    this.drawn += samples;
  }

  filter(reason: string, samples: number): void {
    if (samples === 0) return;
    this.filtered[reason] = (this.filtered[reason] ?? 0) + samples;
  }

  finish(): SampleAccounting {
    let recorded = this.drawn;
    for (const samples of Object.values(this.filtered)) recorded += samples;
    const jit = { frames: 0, repaired: 0, ambiguous: 0, unresolved: 0 };
    return { recorded, drawn: this.drawn, filtered: this.filtered, lost: 0, jit };
  }
}
