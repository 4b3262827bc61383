import type { AlarmState } from '../alarm-state.ts';

/** The rule of a composite alarm. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: AlarmState; readonly alarm: string }
  | { readonly kind: 'not'; readonly operand: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly AlarmRule[] }
  | {
      readonly kind: 'atLeast';
      /** How many alarms must be in the state, or, `negated`, not in it. */
      readonly count: number;
      readonly state: AlarmState;
      readonly negated: boolean;
      readonly alarms: readonly string[];
    };

/** Every alarm that the rule names, each once, in its order. */
export function alarmsOf(rule: AlarmRule): readonly string[] {
  return [...new Set(named(rule))];
}

/** The same rule with other names for its alarms. */
export function renamed(rule: AlarmRule, nameOf: (alarm: string) => string): AlarmRule {
  switch (rule.kind) {
    case 'constant':
      return rule;
    case 'state':
      return { ...rule, alarm: nameOf(rule.alarm) };
    case 'not':
      return { ...rule, operand: renamed(rule.operand, nameOf) };
    case 'and':
    case 'or':
      return { ...rule, operands: rule.operands.map((operand) => renamed(operand, nameOf)) };
    case 'atLeast':
      return { ...rule, alarms: rule.alarms.map(nameOf) };
  }
}

/** Whether the rule holds; `stateOf` gives the state of an alarm, `undefined` when there is none. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => AlarmState | undefined): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !holds(rule.operand, stateOf);
    case 'and':
      return rule.operands.every((operand) => holds(operand, stateOf));
    case 'or':
      return rule.operands.some((operand) => holds(operand, stateOf));
    case 'atLeast':
      return rule.alarms.filter((alarm) => (stateOf(alarm) === rule.state) !== rule.negated).length >= rule.count;
  }
}

function named(rule: AlarmRule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return named(rule.operand);
    case 'and':
    case 'or':
      return rule.operands.flatMap(named);
    case 'atLeast':
      return rule.alarms;
  }
}
