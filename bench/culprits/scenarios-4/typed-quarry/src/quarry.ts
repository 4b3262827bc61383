import { gradeAt, type Vein } from './vein.js';

export class Quarry {
  private readonly veins: readonly Vein[];

  constructor(veins: readonly Vein[]) {
    this.veins = veins;
  }

  map(side: number, step: number): number[][] {
    const rows: number[][] = [];
    for (let y = 0; y < side; y += step) {
      const row: number[] = [];
      for (let x = 0; x < side; x += step) row.push(this.richest(x, y));
      rows.push(row);
    }
    return rows;
  }

  private richest(x: number, y: number): number {
    let best = 0;
    for (const vein of this.veins) best = Math.max(best, gradeAt(vein, x, y));
    return best;
  }
}
