import type { Alarm } from '../alarms/alarm.ts';
import { quoted } from '../shared/text/untrusted.ts';
import { matchesGlob } from './glob.ts';
import type { IncidentPlan, Rule, RuleBook, RuleMatch } from './rule-book.ts';

type Subject = Pick<Alarm, 'name' | 'accountId' | 'otherAccounts' | 'region' | 'targets'>;

/** What an alarm tells of itself, where it tells it. */
const TOLD: readonly (readonly [key: keyof RuleMatch, what: string, of: (alarm: Subject) => readonly string[]])[] = [
  [
    'accounts',
    'account',
    ({ accountId, otherAccounts }) => [...(accountId === null ? [] : [accountId]), ...otherAccounts],
  ],
  ['regions', 'region', ({ region }) => (region === null ? [] : [region])],
  ['groups', 'group', ({ targets }) => targets.groups],
  ['alarms', 'alarm', ({ name }) => [name]],
];

/** Why a rule is not that of an alarm; null where it matches. An alarm over several groups fits with one of them. */
export function whyNoMatch({ match }: Rule, alarm: Subject): string | null {
  for (const [key, what, of] of TOLD) {
    const globs = match[key];
    if (globs.length === 0) continue;
    const values = of(alarm);
    if (values.length === 0) return `the alarm names no ${what}, and the rule asks for ${globs.map(quoted).join(', ')}`;
    if (values.some((value) => globs.some((glob) => matchesGlob(glob, value)))) continue;
    return `${what} ${values.map(quoted).join(', ')} is not ${globs.map(quoted).join(', ')}`;
  }
  return null;
}

/** What is said of an alarm: by the first rule that matches it, then by the defaults. */
export function planFor({ defaults, rules }: RuleBook, alarm: Subject): IncidentPlan {
  const found = rules.find((rule) => whyNoMatch(rule, alarm) === null);
  return { rule: found?.name ?? null, settings: { ...defaults, ...found?.settings } };
}
