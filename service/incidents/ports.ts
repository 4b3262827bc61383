/**
 * What the incident engine needs from outside. Adapters implement these; each port has one contract suite. Every call
 * ends within a deadline of its adapter, and at once when its signal aborts: it then throws an `AppError` with retry
 * `later`, and nothing of it goes on.
 */
import type { Alarm, AlarmState } from '../alarms/alarm.ts';
import type { SeriesQuery } from '../alarms/cpu-query.ts';
import type { RawAlarm } from '../alarms/shapes/raw-alarm.ts';
import type { SigningCertificate } from '../alarms/signature.ts';
import type { ScriptCall } from '../capture/script-call.ts';
import type { CpuPoint, Departure, GroupMember, HostMatch } from '../fleet/member.ts';
import type { GroupName, InstanceId } from '../shared/ids.ts';
import type { Receipt } from '../shared/receipt.ts';

export interface FleetPort {
  /** The running instances that a host name may be, at most some twenty. */
  instancesOfHost(host: string, signal?: AbortSignal): Promise<HostMatch[]>;
  /** Its tags; none where it is not known. */
  tags(instanceId: InstanceId, signal?: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** The group of an instance, or the one that it has left lately; undefined when it belongs to none. */
  groupOf(instanceId: InstanceId, signal?: AbortSignal): Promise<GroupName | undefined>;
  /** All members with their SSM state. Throws `GROUP_NOT_FOUND`. */
  members(group: GroupName, signal?: AbortSignal): Promise<GroupMember[]>;
  /** Of instances that are not among the members of their group, what is known of them; never `InService`. */
  outsiders(group: GroupName, ids: readonly InstanceId[], signal?: AbortSignal): Promise<GroupMember[]>;
  /** Instances that have left a group since, the newest first. */
  departures(group: GroupName, sinceMs: number, signal?: AbortSignal): Promise<Departure[]>;
  /** CPUUtilization of each instance in [fromMs, toMs], oldest first; instances without data map to []. */
  cpu(
    instances: readonly InstanceId[],
    fromMs: number,
    toMs: number,
    signal?: AbortSignal,
  ): Promise<Map<InstanceId, CpuPoint[]>>;
  /** The points of each query in the span, oldest first; [] for one that there is no such metric for. */
  series(queries: readonly SeriesQuery[], span: SeriesSpan, signal?: AbortSignal): Promise<CpuPoint[][]>;
}

export interface SeriesSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodSeconds: number;
}

export interface CommandResult {
  readonly status: 'pending' | 'running' | 'success' | 'failed' | 'timed-out' | 'cancelled' | 'undeliverable';
  /** Words of the provider: `ExecutionTimedOut`. */
  readonly detail: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandRequest {
  readonly instanceId: InstanceId;
  readonly label: string;
  readonly call: ScriptCall;
  /** The agent kills the script after this. */
  readonly timeoutSeconds: number;
}

export interface CommandsPort {
  /** Has one instance do what a call says; gives the command id. `label` (≤ 100 characters) finds it again. */
  send(request: CommandRequest, signal?: AbortSignal): Promise<string>;
  /**
   * The newest command sent with this label to this instance; undefined when there is none. It was sent after
   * `afterMs` if at all: older ones need not be looked at.
   */
  find(instanceId: InstanceId, label: string, afterMs: number, signal?: AbortSignal): Promise<string | undefined>;
  result(instanceId: InstanceId, commandId: string, signal?: AbortSignal): Promise<CommandResult>;
  cancel(instanceId: InstanceId, commandId: string, signal?: AbortSignal): Promise<void>;
}

/** Where an instance is to put its result, and what the request must say. */
export interface UploadAddress {
  /** A secret until it has expired: whoever knows it may write this one object, with this content. */
  readonly url: string;
  /** `x-amz-checksum-sha256`, which the address is signed for. */
  readonly checksum: string;
}

/** A bucket through which large results come back. */
export interface UploadsPort {
  /** An address for exactly this content. */
  address(
    key: string,
    content: { readonly bytes: number; readonly sha256: string },
    validSeconds: number,
    signal?: AbortSignal,
  ): Promise<UploadAddress>;
  /** What was put there. Throws `UPLOAD_MISSING`, or `CAPTURE_DAMAGED` when it has another size. */
  get(key: string, bytes: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Removing what is not there is no error. */
  remove(key: string, signal?: AbortSignal): Promise<void>;
}

export type AlarmName = Pick<Alarm, 'name' | 'arn'>;

export interface AlarmTargetsPort {
  /**
   * The metric alarms under a composite alarm that are in ALARM; of one over many time series each that is. They are
   * looked up by the parent, beside those that its message names (`childrenArns`).
   */
  childrenOf(childrenArns: readonly string[], parentName: string, signal?: AbortSignal): Promise<readonly RawAlarm[]>;
  /** The state of an alarm now; null when it is not known here. */
  stateOf(alarm: AlarmName, signal?: AbortSignal): Promise<AlarmState | null>;
}

export interface CertificatesPort {
  /**
   * An SNS signing certificate that has not expired; it may become valid later only, by our clock. Throws `AppError`;
   * retry `later` when it could not be fetched.
   */
  get(url: URL, signal?: AbortSignal): Promise<SigningCertificate>;
}

export interface SubscriptionsPort {
  /** Confirms a subscription and returns its ARN. */
  confirm(topicArn: string, token: string, signal?: AbortSignal): Promise<string>;
  /** Asks SNS to deliver the topic to this http(s) address. */
  subscribe(topicArn: string, endpoint: string, signal?: AbortSignal): Promise<string>;
  publish(topicArn: string, subject: string, message: string, signal?: AbortSignal): Promise<void>;
}

export interface QueueMessage {
  /** The queue's own. */
  readonly id: string;
  readonly body: string;
  /** Stands for this receive: what is done about the message names it. */
  readonly receipt: string;
  /** How often it was received, this time included. */
  readonly receives: number;
}

export interface QueuePort {
  /** At most ten, in the order of the queue; waits up to 20 s for the first. Nobody else gets them for so long. */
  receive(hiddenSeconds: number, signal?: AbortSignal): Promise<readonly QueueMessage[]>;
  /** Hides them from now on for so many seconds; 0: they are there at once. At most ten; the gone are no error. */
  hide(messages: readonly QueueMessage[], seconds: number, signal?: AbortSignal): Promise<void>;
  /** At most ten. Throws when one of them could not be deleted; the others are. */
  remove(messages: readonly QueueMessage[], signal?: AbortSignal): Promise<void>;
  /** After how many receives the queue itself puts a message aside; null: it never does. */
  maxReceives(signal?: AbortSignal): Promise<number | null>;
}

export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Set for inline pictures: referenced as cid:… in the HTML. */
  readonly cid?: string;
}

/** Headers by which mail clients gather and filter. */
export interface MailThread {
  /** Ids without angle brackets, the oldest first. */
  readonly references: readonly string[];
  /** RFC 2919: `web-prod.smokejumper.invalid`, and what it is called for people. */
  readonly list: { readonly id: string; readonly name: string };
}

export interface MailMessage {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Message-ID without angle brackets; the same for every attempt, so that a duplicate can be seen. */
  readonly messageId: string;
  /** The conversation that it is shown in; absent for one of its own. */
  readonly thread?: MailThread;
  /** Its date. */
  readonly atMs: number;
  readonly attachments: readonly MailAttachment[];
}

export interface MailPort {
  /** The raw message: the same bytes for the same contents. */
  compose(message: MailMessage): Promise<Uint8Array>;
  /** Hands a raw message over to recipients, whoever stands in its header. Throws `AppError` with `retry`. */
  send(mail: OutgoingMail, signal?: AbortSignal): Promise<void>;
}

export interface OutgoingMail {
  readonly raw: Uint8Array;
  readonly to: readonly string[];
  /** Written down as soon as the mail is taken, where the adapter can do that before it says so. */
  readonly receipt?: Receipt;
}
