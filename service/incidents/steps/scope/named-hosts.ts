/** From the host names of an alarm to instances. A name that leads to several is not guessed at. */
import type { HostMatch } from '../../../fleet/member.ts';
import type { InstanceId } from '../../../shared/ids.ts';
import type { FleetPort } from '../../ports.ts';

/** So many candidates are listed; a reader looks no further. */
const MOST = 5;

export interface NamedHosts {
  readonly instanceIds: readonly InstanceId[];
  readonly idOf: ReadonlyMap<string, InstanceId>;
  /** `The host ip-10-0-1-7 is it, by its private DNS name.` */
  readonly found: ReadonlyMap<InstanceId, string>;
  readonly missed: readonly string[];
}

export async function resolveHosts(
  fleet: FleetPort,
  hosts: readonly string[],
  signal?: AbortSignal,
): Promise<NamedHosts> {
  const all = await Promise.all(
    hosts.map(async (host) => ({ host, matches: await fleet.instancesOfHost(host, signal) })),
  );
  const idOf = new Map<string, InstanceId>();
  const found = new Map<InstanceId, string>();
  const missed: string[] = [];
  for (const { host, matches } of all) {
    const [match, ...more] = matches;
    if (match === undefined || more.length > 0) missed.push(whyMissed(host, matches));
    else {
      idOf.set(host, match.instanceId);
      found.set(match.instanceId, `The host ${host} of the alarm is ${match.instanceId}, by its ${match.by}.`);
    }
  }
  return { instanceIds: [...found.keys()], idOf, found, missed };
}

function whyMissed(host: string, matches: readonly HostMatch[]): string {
  const [first] = matches;
  if (first === undefined) {
    return (
      `No running instance of this account and region has the host name ${host}: ` +
      'no private DNS name, private address or Name tag is like it.'
    );
  }
  const ids = matches.slice(0, MOST).map(({ instanceId }) => instanceId);
  const more = matches.length > MOST ? ` and ${matches.length - MOST} more` : '';
  return `The host ${host} may be any of ${matches.length} instances by their ${first.by}: ${ids.join(', ')}${more}.`;
}
