/** 90_000 → `90 s`, 900_000 → `15 min`, 5_400_000 → `1.5 h`, 259_200_000 → `3 days`: what a person takes in at a glance. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** `2026-11-23 07:33:20 UTC` */
export function utc(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Names come from outside: quoted, control characters escaped. */
export function quoted(name: string): string {
  return JSON.stringify(name);
}
