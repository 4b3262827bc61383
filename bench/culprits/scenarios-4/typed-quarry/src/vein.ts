export interface Vein {
  readonly x: number;
  readonly y: number;
  readonly reach: number;
  readonly grade: number;
}

/** How rich the rock is at a place: the vein's grade falls off with the distance. */
export function gradeAt(vein: Vein, x: number, y: number): number {
  const away = Math.hypot(vein.x - x, vein.y - y);
  return away >= vein.reach ? 0 : vein.grade * (1 - away / vein.reach);
}
