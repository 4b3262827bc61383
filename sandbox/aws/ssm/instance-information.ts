import type { SandboxInstance } from '../../fleet/instance.ts';
import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Output } from '../operation.ts';
import { page } from '../paging.ts';

/** Values of one filter, and of one on a tag. */
const MAX_VALUES = 100;
const MAX_TAG_VALUES = 5;

interface Filter {
  readonly key: string;
  readonly values: readonly string[];
}

/** DescribeInstanceInformation, with either spelling of its filters. Terminated instances are no longer managed. */
export function instanceInformation(input: Fields, context: Context): Output {
  const filters = [
    ...input.list('Filters').map((filter) => ({ key: filter.needText('Key'), values: filter.texts('Values') })),
    ...input
      .list('InstanceInformationFilterList')
      .map((filter) => ({ key: filter.needText('key'), values: filter.texts('valueSet') })),
  ];
  checkFilters(filters, input);
  const managed = context.fleet.instances.filter(
    (instance) => instance.state !== 'terminated' && filters.every((filter) => passes(instance, filter)),
  );
  const { items, nextToken } = page(managed, input, 'MaxResults', 10, 50, 5);
  return {
    InstanceInformationList: items.map((instance) => informationOutput(instance, context)),
    NextToken: nextToken,
  };
}

const ENUMERATIONS: Readonly<Record<string, readonly string[]>> = {
  PingStatus: ['Online', 'ConnectionLost', 'Inactive'],
  PlatformTypes: ['Windows', 'Linux', 'MacOS'],
  ResourceType: ['EC2Instance', 'ManagedInstance'],
};

const badValue = (message: string) => new AwsFault('InvalidInstanceInformationFilterValue', message);

function checkFilters(filters: readonly Filter[], input: Fields): void {
  if (filters.length > 1 && filters.some(({ key }) => isTag(key))) {
    throw input.invalid('Cannot mix tag or inventory filter with any other filter.');
  }
  for (const { key, values } of filters) {
    if (values.length === 0 || values.length > MAX_VALUES) {
      const bound = values.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_VALUES}`;
      throw input.invalid(
        "1 validation error detected: Value at 'filters.1.member.values' failed to satisfy constraint: Member must " +
          `have length ${bound}`,
      );
    }
    if (isTag(key) && values.length > MAX_TAG_VALUES) {
      throw input.invalid(`The number of tag values for ${key} was ${values.length}. Max: ${MAX_TAG_VALUES}.`);
    }
    const choices = ENUMERATIONS[key];
    if (choices && values.some((value) => !choices.includes(value)))
      throw badValue(`${key} filter is invalid, valid values are ${choices.join(', ')}`);
    if (key === 'ResourceType' && values.length > 1) throw badValue('ResourceType filter may contain only one value.');
  }
}

const isTag = (key: string) => key.startsWith('tag:') || key === 'tag-key';
const pingStatus = (instance: SandboxInstance) => (instance.state === 'online' ? 'Online' : 'ConnectionLost');

function passes(instance: SandboxInstance, { key, values }: Filter): boolean {
  if (key === 'InstanceIds') return values.includes(instance.id);
  if (key === 'PingStatus') return values.includes(pingStatus(instance));
  if (key === 'PlatformTypes') return values.includes('Linux');
  if (key === 'ResourceType') return values.includes('EC2Instance');
  if (key === 'tag:aws:autoscaling:groupName') return values.includes(instance.groupName);
  if (key.startsWith('tag:')) return values.includes(instance.tags?.[key.slice('tag:'.length)] ?? '');
  throw new AwsFault('InvalidFilterKey', `${key} filter Key is invalid.`);
}

function informationOutput(instance: SandboxInstance, context: Context): Output {
  return {
    InstanceId: instance.id,
    PingStatus: pingStatus(instance),
    LastPingDateTime: new Date(context.now()),
    AgentVersion: '3.3.3050.0',
    IsLatestVersion: true,
    PlatformType: 'Linux',
    PlatformName: 'Debian GNU/Linux',
    PlatformVersion: '12',
    ResourceType: 'EC2Instance',
    IPAddress: instance.privateIp,
    ComputerName: `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`,
  };
}
