export interface Item {
  readonly sku: string;
  readonly group: string;
  readonly cents: number;
  readonly count: number;
}

export const total = (items: readonly Item[]): number =>
  items.reduce((sum, { cents, count }) => sum + cents * count, 0);

export function readBasket(text: string): Item[] {
  return text.split('\n').map((line) => {
    const [sku = '', group = '', cents, count] = line.split(';');
    return { sku, group, cents: Number(cents), count: Number(count) };
  });
}
