import { type Item, total } from './basket.ts';
import { type Condition, reaches } from './conditions.ts';

export interface Promotion {
  readonly name: string;
  readonly conditions: readonly Condition[];
  readonly percent: number;
}

export class Promotions {
  readonly #list: readonly Promotion[];

  constructor(list: readonly Promotion[]) {
    this.#list = list;
  }

  best(items: readonly Item[]): Promotion | null {
    let best: Promotion | null = null;
    for (const promotion of this.#list) {
      if (promotion.percent <= (best?.percent ?? 0)) continue;
      if (promotion.conditions.every((condition) => reaches(condition, items))) best = promotion;
    }
    return best;
  }

  price(items: readonly Item[]): { readonly cents: number; readonly because: string } {
    const best = this.best(items);
    const cents = total(items) * (1 - (best?.percent ?? 0) / 100);
    return { cents: Math.round(cents), because: best?.name ?? 'no promotion' };
  }
}
