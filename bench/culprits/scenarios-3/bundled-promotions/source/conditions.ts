import type { Item } from './basket.ts';

export interface Condition {
  readonly group: string;
  readonly atLeast: number;
}

/** Whether enough of a group of goods lies in the basket. */
export function reaches(condition: Condition, items: readonly Item[]): boolean {
  let count = 0;
  for (const item of items) {
    if (item.group === condition.group) count += item.count;
  }
  return count >= condition.atLeast;
}
