import { collides, type Shift } from './shift.js';

export class Roster {
  readonly #shifts: Shift[] = [];
  readonly #days: number;

  constructor(days: number) {
    this.#days = days;
  }

  #firstCollision(shift: Shift): Shift | null {
    for (const other of this.#shifts) {
      if (collides(other, shift) && other.person === shift.person) return other;
    }
    return null;
  }

  add(shift: Shift): boolean {
    if (this.#firstCollision(shift) !== null) return false;
    this.#shifts.push(shift);
    return true;
  }

  get load(): number {
    return this.#shifts.length / this.#days;
  }
}
