/** 97.25 → `97.3 %` */
export function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}

/** 90_000 → `2 min`, 86_400_000 → `24 h` */
export function age(ms: number): string {
  const minutes = Math.max(0, ms) / 60_000;
  return minutes < 120 ? `${Math.floor(minutes)} min` : `${Math.floor(minutes / 60)} h`;
}
