/** A cause that was said to be fixed, and is back: in which release, or on which day. */
import { dayOf } from '../../shared/text/time.ts';
import { clean } from '../clean-text.ts';

/** Said of an earlier incident with the same cause: the newest of which it was said. */
export interface FixedBefore {
  /** As somebody typed it: `41`, `release 41`, `2.4.1`, a commit, or words. */
  readonly text: string;
  readonly atMs: number;
  /** What the hot instance of that incident ran; null where it is not known. */
  readonly ran: string | null;
}

/** The incident that the report is about; `release` as `release 43` or `commit abc1234567`. */
interface Now {
  readonly release: string | null;
  readonly openedAtMs: number;
}

interface Release {
  /** Null for what has no such word before it. */
  readonly kind: string | null;
  readonly name: string;
}

const NAME = 60;
const NAMED = /^(release|revision|commit) +(\S.*)$/i;
/** `41`, `v2.4.1`, `20261127-0310`: numbers that can be put in order. */
const VERSION = /^v?\d+(?:[._-]\d+)*$/i;
/** Shorter ones are numbers or words. */
const COMMIT = /^[0-9a-f]{7,40}$/i;

/** Null where it cannot be told whether the fix was in what ran. */
export function fixedWords(fixed: FixedBefore | null, { release, openedAtMs }: Now): string | null {
  if (fixed === null) return null;
  const wasSaid = fixed.atMs <= openedAtMs;
  if (release === null) return wasSaid ? `Fixed in ${clean(fixed.text, NAME)}, back on ${dayOf(openedAtMs)}.` : null;
  const now = toRelease(release);
  const fix = likened(toRelease(fixed.text), now);
  const then = fix.kind === null ? fix.name : `${fix.kind} ${fix.name}`;
  const here = now.kind === null || now.kind === fix.kind ? now.name : `${now.kind} ${now.name}`;
  const later = laterBy(now, fix);
  if (later === 0) return `Said to be fixed in ${then}, which the hot instance runs.`;
  if (later !== null && later < 0) return `Said to be fixed in ${then}; the hot instance runs ${here}.`;
  if (later === null && fixed.ran === release)
    return `Said to be fixed in ${then}; the hot instance still runs ${here}.`;
  return later !== null || wasSaid ? `Fixed in ${then}, back in ${here}.` : null;
}

function toRelease(text: string): Release {
  const cleaned = clean(text, NAME);
  const [, kind, name] = NAMED.exec(cleaned) ?? [];
  if (kind === undefined || name === undefined) return { kind: null, name: cleaned };
  return { kind: kind.toLowerCase(), name };
}

/** `41` beside `release 43` is a release, too. */
function likened(fix: Release, now: Release): Release {
  const isLike = [VERSION, COMMIT].some((form) => form.test(fix.name) && form.test(now.name));
  return fix.kind === null && isLike ? { kind: now.kind, name: fix.name } : fix;
}

/** 0: the same; above it: `now` is later; null where nobody can tell. */
function laterBy(now: Release, fix: Release): number | null {
  if (now.kind !== fix.kind) return null;
  const [one, other] = [now.name, fix.name].map((name) => name.toLowerCase().replace(/^v(?=\d)/, '')) as [
    string,
    string,
  ];
  if (one === other) return 0;
  if (now.kind === 'commit') return one.startsWith(other) || other.startsWith(one) ? 0 : null;
  return VERSION.test(one) && VERSION.test(other) ? one.localeCompare(other, 'en', { numeric: true }) : null;
}
