export interface Shift {
  readonly person: string;
  readonly from: Date;
  readonly to: Date;
}

/** Somebody who works until late needs a rest before the next shift. */
export function collides(a: Shift, b: Shift): boolean {
  const rest = a.to.getTime() - a.from.getTime() > 8 * 3_600_000 ? 11 : 8;
  const early = b.from.getTime() < a.to.getTime() + rest * 3_600_000;
  return early && a.from.getTime() < b.to.getTime() + rest * 3_600_000;
}
