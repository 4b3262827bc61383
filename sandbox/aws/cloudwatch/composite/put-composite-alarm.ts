import type { Context } from '../../context.ts';
import type { Fields } from '../../fields.ts';
import type { CompositeConfiguration } from '../alarm.ts';
import { validationFault } from '../faults.ts';
import { readCommon } from '../read-common.ts';
import { type AlarmRule, alarmsOf, renamed } from './alarm-rule.ts';
import { parseRule } from './parse-rule.ts';

/** Reads and checks the members of PutCompositeAlarm; `isAlarm` knows the alarms that a rule may name. */
export function readComposite(
  input: Fields,
  context: Context,
  isAlarm: (name: string) => boolean,
): CompositeConfiguration {
  if (input.has('ActionsSuppressor')) {
    throw input.invalid('The sandbox suppresses no actions; ActionsSuppressor is not supported.');
  }
  const common = readCommon(input, context);
  const ruleText = input.text('AlarmRule') ?? '';
  return { ...common, ruleText, rule: checked(parseRule(ruleText), context, isAlarm) };
}

/** With names only, all of which are alarms here. */
function checked(rule: AlarmRule, { region, accountId }: Context, isAlarm: (name: string) => boolean): AlarmRule {
  const prefix = `arn:aws:cloudwatch:${region}:${accountId}:alarm:`;
  const nameOf = (alarm: string) => (alarm.startsWith(prefix) ? alarm.slice(prefix.length) : alarm);
  const unknown = alarmsOf(rule).filter((alarm) => !isAlarm(nameOf(alarm)));
  if (unknown.length > 0) {
    throw validationFault(
      `Could not save the composite alarm as alarms [${unknown.join(', ')}] in the alarm rule do not exist`,
    );
  }
  return renamed(rule, nameOf);
}
