import type { Alarm } from '../alarms/alarm.ts';
import type { GroupName } from '../shared/ids.ts';
import { quoted } from '../shared/text/untrusted.ts';
import { matchesGlob } from './glob.ts';
import type { IncidentPlan, Rule, RuleBook, RuleMatch } from './rule-book.ts';

type Subject = Pick<Alarm, 'name' | 'accountId' | 'otherAccounts' | 'region' | 'targets'>;

/** What is known once the hot instance is chosen. */
export interface FoundInstance {
  readonly group: GroupName | null;
  readonly tags: Readonly<Record<string, string>>;
}

interface Told {
  readonly values: readonly string[];
  /** It may be known later. */
  readonly isOpen?: boolean;
}

/** What an alarm tells of itself, and what was found out since. */
const TOLD: Readonly<
  Record<keyof RuleMatch, readonly [what: string, of: (alarm: Subject, found: FoundInstance | null) => Told]>
> = {
  accounts: [
    'account',
    ({ accountId, otherAccounts }) => ({ values: [...(accountId === null ? [] : [accountId]), ...otherAccounts] }),
  ],
  regions: ['region', ({ region }) => ({ values: region === null ? [] : [region] })],
  groups: [
    'group',
    ({ targets }, found) => {
      if (targets.groups.length > 0) return { values: targets.groups };
      return { values: found?.group == null ? [] : [found.group], isOpen: found === null };
    },
  ],
  alarms: ['alarm', ({ name }) => ({ values: [name] })],
  tags: [
    'tag',
    (_, found) => ({
      values: Object.entries(found?.tags ?? {}).map(([key, value]) => `${key}=${value}`),
      isOpen: found === null,
    }),
  ],
};

interface Misfit {
  readonly why: string;
  readonly isOpen: boolean;
}

/** In the order in which they are read best. */
function misfits({ match }: Rule, alarm: Subject, found: FoundInstance | null): readonly Misfit[] {
  return Object.entries(TOLD).flatMap(([key, [what, of]]) => {
    const globs = match[key as keyof RuleMatch];
    const { values, isOpen = false } = of(alarm, found);
    const fits = key === 'tags' ? fitsTag : fitsGlob;
    if (globs.length === 0 || values.some((value) => globs.some((glob) => fits(glob, value)))) return [];
    return [{ why: misfitWords(what, values, globs, isOpen), isOpen }];
  });
}

const fitsGlob = matchesGlob;

/** `Service=web-*`: the key as it is, the value by its glob. */
function fitsTag(glob: string, tag: string): boolean {
  const at = glob.indexOf('=') + 1;
  return tag.startsWith(glob.slice(0, at)) && matchesGlob(glob.slice(at), tag.slice(at));
}

function misfitWords(what: string, values: readonly string[], globs: readonly string[], isOpen: boolean): string {
  const asked = globs.map(quoted).join(', ');
  if (isOpen) return `it asks for the ${what} ${asked}, which is looked up when the hot instance is known`;
  if (what === 'tag') return `the instance has no tag ${asked}`;
  if (values.length === 0) return `the alarm names no ${what}, and the rule asks for ${asked}`;
  return `${what} ${values.map(quoted).join(', ')} is not ${asked}`;
}

/**
 * Why a rule is not that of an alarm; null where it matches. An alarm over several groups fits with one of them.
 * `found`: null before the hot instance is known.
 */
export function whyNoMatch(rule: Rule, alarm: Subject, found: FoundInstance | null = null): string | null {
  return misfits(rule, alarm, found)[0]?.why ?? null;
}

/** Whether nothing speaks against a rule but what is not known yet. */
function isOpen(rule: Rule, alarm: Subject, found: FoundInstance | null): boolean {
  const all = misfits(rule, alarm, found);
  return all.length > 0 && all.every((misfit) => misfit.isOpen);
}

/** What is said of an alarm: by the first rule that matches it, then by the defaults. */
export function planFor(book: RuleBook, alarm: Subject, found: FoundInstance | null = null): IncidentPlan {
  const { defaults, rules } = book;
  const at = rules.findIndex((rule) => whyNoMatch(rule, alarm, found) === null);
  const rule = rules[at];
  const above = at < 0 ? rules : rules.slice(0, at);
  const isPreliminary = above.some((one) => isOpen(one, alarm, found));
  return {
    rule: rule?.name ?? null,
    settings: { ...defaults, ...rule?.settings },
    ...(isPreliminary && { isPreliminary }),
  };
}
