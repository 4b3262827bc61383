/** Samples of formats that give sums, not single samples: rows with counts of any size, and their accounting. */
import { AppError } from '../../shared/errors.ts';
import type { SampleAccounting } from '../profile.ts';
import type { ProfileBuilder } from '../profile-builder.ts';
import { AccountingBuilder } from '../sample-accounting.ts';

/** A row counts in 31 bits. */
const MOST_OF_A_ROW = 0x7fffffff;

export class WeightedSamples {
  readonly ledger: AccountingBuilder = new AccountingBuilder();
  private readonly builder: ProfileBuilder;
  private total = 0;
  private totalWeight = 0;
  /** Parts of samples that were not counted yet. */
  private owed = 0;

  constructor(builder: ProfileBuilder) {
    this.builder = builder;
  }

  /**
   * Adds `count` samples of together `weight`. Parts of samples are carried over to the next rows, so that the sum is
   * right; counts that no row can hold become several rows. `atMs` −1: no time.
   */
  add(atMs: number, thread: number, node: number, count: number, weight: number): void {
    this.owed += count;
    const whole = Number.isInteger(count) ? count : Math.round(this.owed);
    this.owed -= whole;
    this.total += whole;
    this.totalWeight += weight;
    // Also bounds the rows: 2⁵³ samples are 4 million.
    if (this.total > Number.MAX_SAFE_INTEGER || !Number.isFinite(this.totalWeight)) {
      throw new AppError(
        'PROFILE_INVALID',
        'Its counts add up to more than 9007199254740991, beyond which sums are not exact.',
      );
    }
    this.ledger.draw(whole);
    let left = whole;
    let leftWeight = weight;
    for (; left > MOST_OF_A_ROW; left -= MOST_OF_A_ROW) {
      const part = weight === whole ? MOST_OF_A_ROW : weight * (MOST_OF_A_ROW / whole);
      this.builder.addSample(atMs, thread, node, MOST_OF_A_ROW, part);
      leftWeight -= part;
    }
    this.builder.addSample(atMs, thread, node, left, leftWeight);
  }

  /** `unit`: see `SampleAccounting`. */
  finish(unit?: string): SampleAccounting {
    const ledger = this.ledger.finish();
    return unit === undefined ? ledger : { ...ledger, unit };
  }
}
