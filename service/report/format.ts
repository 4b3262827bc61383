/** Numbers and times as people read them: the same in mail, page and file. */
import type { Change } from '../compare/differential.ts';

const MINUS = '\u2212';

/** CPU cores: `1.41`, `0.02`, from ten up `12.3`. */
export function cores(value: number): string {
  const digits = Math.abs(value) >= 9.95 ? 1 : 2;
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** `+1.39`, `−0.20`, `0.00`. */
export function signedCores(value: number): string {
  const text = cores(value);
  return Number(text) > 0 ? `+${text}` : text;
}

/** Half the width of the 95 % interval, in cores; never printed as 0.00, which would claim certainty. */
export function plusMinus(change: Pick<Change, 'ci'>): string {
  const half = Math.abs(change.ci[1] - change.ci[0]) / 2;
  return half < 0.005 ? '0.01' : cores(half);
}

/** `+1.22 … +1.56`. */
export function interval(change: Pick<Change, 'ci'>): string {
  return `${signedCores(change.ci[0])} … ${signedCores(change.ci[1])}`;
}

/** `< 0.001`, `0.004`, `0.03`, `0.2`: no more digits than such a value deserves. */
export function probability(value: number): string {
  if (!Number.isFinite(value)) return 'not known';
  if (value < 0.001) return '< 0.001';
  if (value < 0.01) return value.toFixed(3);
  return value < 0.095 ? value.toFixed(2) : value.toFixed(1);
}

/** `84 %` of 0.84. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  return `${value < 9.95 && value > 0 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** `4,321`. */
export function count(value: number): string {
  return value.toFixed(0).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `318 B`, `84 kB`, `1.2 MB`. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 999_500) return `${value < 9950 ? (value / 1000).toFixed(1) : (value / 1000).toFixed(0)} kB`;
  return `${(value / 1e6).toFixed(1)} MB`;
}

/** `8 s`, `4 min 12 s`, `3 h 5 min`, `2 d 3 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

/** A moment for `<time datetime="{{iso}}">{{text}}</time>`; UTC, as all times of a fleet. */
export interface Moment {
  readonly iso: string;
  /** `2026-11-23 03:12:07 UTC` */
  readonly text: string;
  /** `03:12:07` */
  readonly clock: string;
}

/** Largest epoch that `Date` can show; anything beyond (or NaN) came from a broken clock. */
const LAST_MS = 8.64e15;

export function moment(ms: number): Moment {
  const known = Number.isFinite(ms) && Math.abs(ms) <= LAST_MS;
  const iso = new Date(known ? ms : 0).toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (!known) return { iso, text: 'unknown time', clock: 'unknown' };
  return { iso, text: `${iso.slice(0, -10)} ${iso.slice(-9, -1)} UTC`, clock: iso.slice(-9, -1) };
}
