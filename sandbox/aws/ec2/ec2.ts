import type { SandboxInstance } from '../../fleet/instance.ts';
import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Output, RpcService } from '../operation.ts';
import { page } from '../paging.ts';

const MIN_RESULTS = 5;
/** EC2's own limit of values over all filters. */
const MAX_FILTER_VALUES = 200;

/** EC2: DescribeInstances, members spelled as its XML spells them. */
export function ec2Service(context: Context): RpcService {
  return {
    dialect: { missing: 'MissingParameter', invalid: 'InvalidParameterValue' },
    operations: new Map([['DescribeInstances', (input: Fields) => describeInstances(input, context)]]),
  };
}

function describeInstances(input: Fields, context: Context): Output {
  const ids = input.texts('InstanceId');
  if (ids.length > 0 && input.has('MaxResults')) {
    throw new AwsFault(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  }
  const size = input.number('MaxResults') ?? MIN_RESULTS;
  if (size < MIN_RESULTS) {
    const expected = `Expecting a value greater than ${MIN_RESULTS}.`;
    throw new AwsFault('InvalidParameterValue', `Value ( ${size} ) for parameter maxResults is invalid. ${expected}`);
  }
  for (const id of ids) checkId(id, context);
  const filters = readFilters(input, context);
  const found = context.fleet.instances.filter(
    (instance) => (ids.length === 0 || ids.includes(instance.id)) && filters.every((filter) => filter(instance)),
  );
  const { items, nextToken } = page(found, input, 'MaxResults', 1000, 1000);
  return {
    reservationSet: items.map((instance) => ({
      reservationId: instance.id.replace('i-', 'r-'),
      ownerId: context.accountId,
      groupSet: [],
      instancesSet: [instanceOutput(instance, context)],
    })),
    nextToken,
  };
}

/** One bad id fails the whole call. */
function checkId(id: string, context: Context): void {
  if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
    throw new AwsFault('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
  if (!context.fleet.instances.some((instance) => instance.id === id)) {
    throw new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  }
}

type Filter = (instance: SandboxInstance) => boolean;

const FILTERED: Readonly<Record<string, (instance: SandboxInstance, context: Context) => string>> = {
  'instance-id': (instance) => instance.id,
  'instance-state-name': (instance) => stateName(instance),
  'instance-type': (instance) => instance.instanceType,
  'availability-zone': (instance) => instance.zone,
  'image-id': (instance) => instance.imageId,
  'private-ip-address': (instance) => instance.privateIp,
  'private-dns-name': (instance, context) => dnsName(instance, context),
  'tag:aws:autoscaling:groupName': (instance) => (instance.detachedAt ? '' : instance.groupName),
  'tag:Name': (instance) => instance.groupName,
};

function readFilters(input: Fields, context: Context): readonly Filter[] {
  const filters = input
    .list('Filter')
    .map((filter) => ({ name: filter.needText('Name'), values: filter.texts('Value') }));
  if (filters.reduce((count, filter) => count + filter.values.length, 0) > MAX_FILTER_VALUES) {
    throw new AwsFault('FilterLimitExceeded', 'The maximum number of filter values specified on a single call is 200');
  }
  return filters.map(({ name, values }) => {
    const read = Object.hasOwn(FILTERED, name) ? FILTERED[name] : undefined;
    if (read) return (instance) => values.some((value) => isLike(read(instance, context), value));
    if (name.startsWith('tag:')) {
      const key = name.slice('tag:'.length);
      return (instance) => values.some((value) => isLike(instance.tags?.[key] ?? '', value));
    }
    throw new AwsFault('InvalidParameterValue', `The filter '${name}' is invalid`);
  });
}

const stateName = (instance: SandboxInstance) => (instance.state === 'terminated' ? 'terminated' : 'running');

/** Values of filters may hold `*` and `?`; a backslash before them makes them plain characters. */
function isLike(text: string, value: string): boolean {
  const plain = (character: string) => character.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  const shape = value.replaceAll(/\\?[\s\S]/g, (token) => {
    if (token === '*') return '.*';
    return token === '?' ? '.' : plain(token.length === 1 ? token : token.slice(1));
  });
  return new RegExp(`^${shape}$`, 's').test(text);
}

/** A terminated instance has none. The oldest region has another domain than all others. */
function dnsName(instance: SandboxInstance, { region }: Context): string {
  if (instance.state === 'terminated') return '';
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${instance.privateIp.replaceAll('.', '-')}.${domain}`;
}

function instanceOutput(instance: SandboxInstance, context: Context): Output {
  const running = instance.state !== 'terminated';
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: running ? { code: 16, name: 'running' } : { code: 48, name: 'terminated' },
    privateDnsName: dnsName(instance, context),
    instanceType: instance.instanceType,
    launchTime: instance.launchedAt,
    placement: { availabilityZone: instance.zone, tenancy: 'default' },
    monitoring: { state: 'enabled' },
    ...(running ? { privateIpAddress: instance.privateIp } : {}),
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    cpuOptions: { coreCount: instance.cpus, threadsPerCore: 1 },
    tagSet: [
      ...(instance.detachedAt || !instance.groupName
        ? []
        : [{ key: 'aws:autoscaling:groupName', value: instance.groupName }]),
      { key: 'Name', value: instance.groupName },
      ...Object.entries(instance.tags ?? {}).map(([key, value]) => ({ key, value })),
      { key: 'aws:ec2launchtemplate:version', value: instance.launchTemplateVersion },
    ],
  };
}
