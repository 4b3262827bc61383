/**
 * Where the AWS console shows what a report speaks of. Names come from alarms and instances: one that is not of the
 * form that AWS gives gets no link, and none reaches the host of an address.
 */

import { asInstanceId } from '../../shared/ids.ts';

/** Console of a partition, and what its regions look like. A partition that is not listed has no public console. */
const PARTITIONS: readonly (readonly [region: RegExp, host: string])[] = [
  [/^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d{1,2}$/, 'console.aws.amazon.com'],
  [/^us-gov-[a-z]+-\d{1,2}$/, 'console.amazonaws-us-gov.com'],
  [/^cn-[a-z]+-\d{1,2}$/, 'console.amazonaws.cn'],
  [/^eusc-[a-z]{2}-[a-z]+-\d{1,2}$/, 'console.amazonaws-eusc.eu'],
];

/** CloudWatch and Auto Scaling take 255 characters; controls are in no name that they took. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u;

/** Each null where it is not known for sure. */
export interface ConsoleLinks {
  instance(id: string | null): string | null;
  /** A shell on the instance, in the browser. */
  session(id: string | null): string | null;
  group(name: string | null): string | null;
  alarm(name: string | null): string | null;
}

export function consoleLinks(region: string | null): ConsoleLinks {
  const host = PARTITIONS.find(([shape]) => shape.test(region ?? ''))?.[1];
  const link = (value: string | null | undefined, path: (encoded: string) => string): string | null =>
    host === undefined || value == null ? null : `https://${region}.${host}/${path(encoded(value))}`;
  return {
    instance: (id) => link(ec2Id(id), (text) => `ec2/home?region=${region}#InstanceDetails:instanceId=${text}`),
    session: (id) => link(asInstanceId(id ?? ''), (text) => `systems-manager/session-manager/${text}?region=${region}`),
    group: (name) =>
      link(scalingGroup(name), (text) => `ec2/home?region=${region}#AutoScalingGroupDetails:id=${text};view=details`),
    alarm: (name) => link(named(name), (text) => `cloudwatch/home?region=${region}#alarmsV2:alarm/${text}`),
  };
}

/** A hybrid machine (`mi-…`) has sessions, but no page among those of EC2. */
function ec2Id(id: string | null): string | undefined {
  const known = asInstanceId(id ?? '');
  return known?.startsWith('i-') ? known : undefined;
}

/** A name with a colon is that of a group by a tag. */
function scalingGroup(name: string | null): string | null {
  return name?.includes(':') ? null : named(name);
}

function named(name: string | null): string | null {
  return name !== null && NAME.test(name) ? name : null;
}

/** Also what `encodeURIComponent` leaves: a quote or a bracket would end the link in Markdown and in mail clients. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
