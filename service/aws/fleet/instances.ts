import { type EC2Client, type Filter, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { HostMatch } from '../../fleet/member.ts';
import { asInstanceId, type InstanceId } from '../../shared/ids.ts';
import { type AwsCall, callAws } from '../call.ts';

type Limits = Pick<AwsCall, 'ms' | 'signal'>;

/** DescribeInstances takes at most 200 values in its filters. */
const FILTER_VALUES = 100;
const RUNNING = { Name: 'instance-state-name', Values: ['running'] };
/** A name that so many have says nothing; there is no need to see them all. */
const MOST_MATCHES = 20;

/** By filter, not by id: one unknown id would fail the whole call. */
export async function describeInstances(
  ec2: EC2Client,
  ids: readonly InstanceId[],
  doing: string,
  limits: Limits,
): Promise<Map<string, Instance>> {
  const found = new Map<string, Instance>();
  for (let at = 0; at < ids.length; at += FILTER_VALUES) {
    const some = ids.slice(at, at + FILTER_VALUES);
    for (const instance of await filtered(ec2, [{ Name: 'instance-id', Values: some }], doing, limits)) {
      if (instance.InstanceId) found.set(instance.InstanceId, instance);
    }
  }
  return found;
}

export async function tagsOf(
  ec2: EC2Client,
  instanceId: InstanceId,
  limits: Limits,
): Promise<Readonly<Record<string, string>>> {
  const machine = (await describeInstances(ec2, [instanceId], `Reading the tags of ${instanceId}`, limits)).get(
    instanceId,
  );
  return Object.fromEntries((machine?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** At most about `most` of them. */
async function filtered(
  ec2: EC2Client,
  Filters: Filter[],
  doing: string,
  limits: Limits,
  most = Number.POSITIVE_INFINITY,
): Promise<Instance[]> {
  const found: Instance[] = [];
  await callAws({ code: 'INSTANCE_LOOKUP_FAILED', doing, api: 'DescribeInstances', ...limits }, async (sending) => {
    for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters }, sending)) {
      found.push(...(page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []));
      if (found.length >= most) break;
    }
  });
  return found;
}

/** vCPUs: what `nproc` says inside. */
export function cpusOf({ CpuOptions }: Instance): number | null {
  const { CoreCount, ThreadsPerCore } = CpuOptions ?? {};
  return CoreCount === undefined || ThreadsPerCore === undefined ? null : CoreCount * ThreadsPerCore;
}

export function runningInstances(
  ec2: EC2Client,
  filter: Filter,
  doing: string,
  limits: Limits,
  most?: number,
): Promise<Instance[]> {
  return filtered(ec2, [filter, RUNNING], doing, limits, most);
}

/** The running instances that a host name may be, by the first of its marks that any has. */
export async function instancesOfHost(ec2: EC2Client, host: string, limits: Limits): Promise<HostMatch[]> {
  for (const { by, filter } of marksOf(host)) {
    const doing = `Looking up the instance of the host ${host}`;
    const found = await runningInstances(ec2, filter, doing, limits, MOST_MATCHES);
    const ids = found.flatMap((instance) => asInstanceId(instance.InstanceId ?? '') ?? []);
    if (ids.length > 0) return ids.sort().map((instanceId) => ({ instanceId, by }));
  }
  return [];
}

/**
 * `ip-10-0-1-7.eu-west-1.compute.internal`, `ip-10-0-1-7` (Ubuntu names the host so), `ip-10-0-1-7.corp.example` (a
 * DHCP option set with a domain of its own), `web-3`.
 */
function marksOf(host: string): readonly { readonly by: HostMatch['by']; readonly filter: Filter }[] {
  const names = host.includes('.') ? [host] : [host, `${host}.*`];
  const address = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})(?:\.|$)/.exec(host)?.slice(1).join('.');
  return [
    { by: 'private DNS name', filter: { Name: 'private-dns-name', Values: names } },
    ...(address === undefined
      ? []
      : [{ by: 'private address' as const, filter: { Name: 'private-ip-address', Values: [address] } }]),
    { by: 'Name tag', filter: { Name: 'tag:Name', Values: [host] } },
  ];
}
