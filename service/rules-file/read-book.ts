import { isSeq } from 'yaml';
import type { Rule, RuleBook } from '../rules/rule-book.ts';
import { MATCH_KEYS, matchesAny, readMatch, UNSUPPORTED } from './read-match.ts';
import { readSettings, SETTING_KEYS } from './read-settings.ts';
import { readTargets } from './read-targets.ts';
import { itemsOf, type Reading, readEntries, refuse, shortened, type Value } from './reading.ts';
import { text } from './scalars.ts';

export const BOOK_KEYS = ['targets', 'defaults', 'rules'] as const;
const MAX_RULES = 200;
const MAX_NAME = 80;

const RULE_KEYS = { known: ['name', 'match', ...SETTING_KEYS], refused: UNSUPPORTED };
const DEFAULT_KEYS = {
  known: SETTING_KEYS,
  refused: {
    ...UNSUPPORTED,
    ...Object.fromEntries(
      ['name', 'match', ...MATCH_KEYS].map((key) => [key, 'belongs to a rule; the defaults are of every alarm']),
    ),
  },
};

/** What the file says; whole only if no fault was noted. */
export function readBook(root: Value, reading: Reading): RuleBook {
  const entries = readEntries(root, reading, { known: BOOK_KEYS });
  if (entries?.size === 0)
    reading.fault(root.at, 'there are neither targets nor defaults nor rules; write rules: [] for none');
  const [targets, defaults, rules] = BOOK_KEYS.map((key) => entries?.get(key));
  const defaultEntries = defaults && readEntries(defaults, reading, DEFAULT_KEYS);
  return {
    targets: targets === undefined ? [] : readTargets(targets, reading),
    defaults: defaultEntries === undefined ? {} : readSettings(defaultEntries, reading),
    rules: rules === undefined ? [] : readRules(rules, reading),
  };
}

function readRules(value: Value, reading: Reading): readonly Rule[] {
  if (!isSeq(value.node)) {
    refuse(value, reading, 'write a list: each rule begins with "- name: …"');
    return [];
  }
  if (value.node.items.length > MAX_RULES) {
    reading.fault(value.at, `there are ${value.node.items.length} rules; write ${MAX_RULES} at most`);
    return [];
  }
  const rules: Rule[] = [];
  for (const item of itemsOf({ ...value, name: 'the rule' }, reading)) {
    const rule = readRule(item, reading);
    if (rule === undefined) continue;
    checkAgainst(rules, rule, item.at, reading);
    rules.push(rule);
  }
  return rules;
}

/** What a rule may not be, because of those above it. */
function checkAgainst(above: readonly Rule[], { name }: Rule, at: number, reading: Reading): void {
  if (above.some((other) => other.name === name)) {
    reading.fault(at, `there is another rule ${shortened(name)} above; give this one a name of its own`);
  }
  const catchAll = above.find(({ match }) => matchesAny(match));
  if (catchAll !== undefined) {
    const first = `the rule ${shortened(name)} never applies, because ${shortened(catchAll.name)} above matches any`;
    reading.fault(at, `${first}; move that one to the end`);
  }
}

function readRule(value: Value, reading: Reading): Rule | undefined {
  const entries = readEntries(value, reading, RULE_KEYS);
  if (entries === undefined) return undefined;
  const [nameValue, matchValue] = [entries.get('name'), entries.get('match')];
  if (nameValue === undefined) reading.fault(value.at, 'the rule has no name; write name: and a name of its own');
  if (matchValue === undefined) reading.fault(value.at, 'the rule has no match; write match: any for all alarms');
  const name = nameValue && text(MAX_NAME, `a name of at most ${MAX_NAME} characters`)(nameValue, reading);
  const match = matchValue && readMatch(matchValue, reading);
  const settings = readSettings(entries, reading);
  return name === undefined || match === undefined ? undefined : { name, match, settings };
}
