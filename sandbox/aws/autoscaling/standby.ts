import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Output } from '../operation.ts';
import { type Activity, activity } from './activities.ts';
import type { Membership } from './membership.ts';

/** What the groups of the sandbox have as their smallest size. */
export const MIN_SIZE = 1;

/** EnterStandby and ExitStandby; what they did is noted in `activities`. Nobody is launched in the place of others. */
export function standbyOperations(
  membership: Membership,
  context: Context,
  activities: Activity[],
): Record<string, Operation> {
  return {
    EnterStandby(input) {
      const [group, ids] = [groupOf(input, membership), input.texts('InstanceIds')];
      const isSmaller = input.flag('ShouldDecrementDesiredCapacity');
      if (isSmaller === undefined) throw input.missing('ShouldDecrementDesiredCapacity');
      const before = membership.capacity(group);
      if (isSmaller && before - ids.length < MIN_SIZE) throw tooSmall(group, before, ids.length);
      membership.move(group, ids, 'InService', 'Standby');
      const cause = (id: string) => `instance ${id} was moved to standby in response to a user request`;
      const shrunk = isSmaller ? `, shrinking the capacity from ${before} to ${before - ids.length}` : '';
      return noted(ids, 'enterStandby', (id) => `${cause(id)}${shrunk}.`);
    },
    ExitStandby(input) {
      const [group, ids] = [groupOf(input, membership), input.texts('InstanceIds')];
      const before = membership.capacity(group);
      membership.move(group, ids, 'Standby', 'InService');
      const grown = `increasing the capacity from ${before} to ${before + ids.length}.`;
      const cause = (id: string) => `instance ${id} was moved out of standby in response to a user request`;
      return noted(ids, 'exitStandby', (id) => `${cause(id)}, ${grown}`);
    },
  };

  function noted(
    ids: readonly string[],
    what: 'enterStandby' | 'exitStandby',
    causeOf: (id: string) => string,
  ): Output {
    const moved = membership.members().filter(({ id }) => ids.includes(id));
    const done = moved.map((each) => activity(each, what, causeOf(each.id), new Date(context.now())));
    activities.push(...done);
    return { Activities: done };
  }
}

/** The group that a request names. Throws when there is none. */
export function groupOf(input: Fields, membership: Membership): string {
  const name = input.needText('AutoScalingGroupName');
  if (membership.grouped().some(({ groupName }) => groupName === name)) return name;
  throw new AwsFault('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup ${name} not found`);
}

function tooSmall(group: string, size: number, leaving: number): AwsFault {
  const sizes = `min-size=${MIN_SIZE}, max-size=${Math.max(MIN_SIZE, size)}, and desired-size=${size}`;
  return new AwsFault(
    'ValidationError',
    `AutoScalingGroup ${group} has ${sizes}. To place into standby ${leaving} instance${leaving === 1 ? '' : 's'}, ` +
      'please update the AutoScalingGroup sizes appropriately.',
  );
}
