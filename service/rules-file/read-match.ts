import { isMap, isScalar } from 'yaml';
import type { RuleMatch } from '../rules/rule-book.ts';
import { listOf, type Read, type Reading, readEntries, refuse, type Value } from './reading.ts';
import { checked, text } from './scalars.ts';

export const MATCH_KEYS = ['account', 'region', 'group', 'alarm', 'tag'] as const;
type MatchKey = (typeof MATCH_KEYS)[number];

const NOT_SUPPORTED = 'is not supported; a rule matches by account, region, group, alarm and tag';
/** What somebody may expect. */
export const UNSUPPORTED: Readonly<Record<string, string>> = Object.fromEntries(
  ['tags', 'instance', 'container', 'containers', 'image', 'pid'].map((key) => [key, NOT_SUPPORTED]),
);

const MAX_GLOBS = 100;
/** Names of alarms and groups have 255 characters at most, tags 128 and 256. */
const MAX_GLOB = 385;
const hasWildcard = (glob: string) => /[*?]/.test(glob);

/** What can never match, by key. */
const SHAPES: Readonly<Record<MatchKey, (glob: string) => string | undefined>> = {
  account: (glob) => {
    if (/^\d{12}$/.test(glob) || (hasWildcard(glob) && /^[\d*?]+$/.test(glob))) return undefined;
    return 'write the 12 digits of an account in quotes; * and ? stand for others';
  },
  region: (glob) => (/^[a-z0-9*?-]+$/.test(glob) ? undefined : 'write the code of a region, such as eu-west-1 or eu-*'),
  group: () => undefined,
  alarm: () => undefined,
  tag: (glob) => (/^[^=*?]+=./.test(glob) ? undefined : 'write KEY=VALUE; * and ? stand for others in the value'),
};

const globs = (key: MatchKey) =>
  listOf(
    checked(
      text(MAX_GLOB, key === 'account' ? 'the number of an account' : 'a name; * and ? stand for others'),
      SHAPES[key],
    ),
    1,
    MAX_GLOBS,
    'what it has to be, or leave it out',
  );

const ANY: RuleMatch = { accounts: [], regions: [], groups: [], alarms: [], tags: [] };
const HOW_ANY = 'write some of account, region, group, alarm and tag, or match: any';

export function matchesAny(match: RuleMatch): boolean {
  return Object.values(match).every((globs: readonly string[]) => globs.length === 0);
}

export const readMatch: Read<RuleMatch> = (value, reading) => {
  if (isScalar(value.node)) {
    return value.node.value === 'any' ? ANY : refuse(value, reading, HOW_ANY);
  }
  const entries = readEntries(value, reading, { known: MATCH_KEYS, refused: UNSUPPORTED });
  if (entries === undefined) return undefined;
  if (isMap(value.node) && value.node.items.length === 0) {
    return void reading.fault(value.at, `match says nothing; ${HOW_ANY}`);
  }
  const of = (key: MatchKey) => globsOf(key, entries.get(key), reading);
  const [accounts, regions, groups, alarms, tags] = MATCH_KEYS.map(of);
  if (!accounts || !regions || !groups || !alarms || !tags) return undefined;
  // Keys that were at fault: without them it would match more.
  return entries.size === 0 ? undefined : { accounts, regions, groups, alarms, tags };
};

function globsOf(key: MatchKey, value: Value | undefined, reading: Reading): readonly string[] | undefined {
  return value === undefined ? [] : globs(key)(value, reading);
}
