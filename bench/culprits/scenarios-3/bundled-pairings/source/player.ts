export interface Player {
  readonly name: string;
  readonly points: number;
  readonly met: readonly number[];
  readonly id: number;
}

export function haveMet(a: Player, b: Player): boolean {
  for (let i = 0; i < a.met.length; i++) {
    if (a.met[i] === b.id) return true;
  }
  return false;
}
