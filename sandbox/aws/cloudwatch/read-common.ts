import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';

const MAX_NAME = 255;
const MAX_DESCRIPTION = 1024;
/** Actions per state. */
const MAX_ACTIONS = 5;

/** The members that PutMetricAlarm and PutCompositeAlarm share. */
export function readCommon(input: Fields, context: Context) {
  const name = input.needText('AlarmName');
  const description = input.text('AlarmDescription');
  if (name.length > MAX_NAME) throw input.invalid(`AlarmName may have at most ${MAX_NAME} characters.`);
  if (description !== undefined && description.length > MAX_DESCRIPTION)
    throw input.invalid(`AlarmDescription may have at most ${MAX_DESCRIPTION} characters.`);
  return {
    name,
    arn: `arn:aws:cloudwatch:${context.region}:${context.accountId}:alarm:${name}`,
    description,
    actionsEnabled: input.flag('ActionsEnabled') ?? true,
    actions: {
      OK: actionsOf(input, 'OKActions'),
      ALARM: actionsOf(input, 'AlarmActions'),
      INSUFFICIENT_DATA: actionsOf(input, 'InsufficientDataActions'),
    },
    updatedAt: new Date(context.now()),
  };
}

function actionsOf(input: Fields, name: string): readonly string[] {
  const actions = input.texts(name);
  if (actions.length > MAX_ACTIONS) throw input.invalid(`${name} may hold at most ${MAX_ACTIONS} actions.`);
  for (const action of actions) {
    if (!action.startsWith('arn:')) throw input.invalid(`Invalid arn syntax: ${action}`);
  }
  return actions;
}
