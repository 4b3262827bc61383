/** Run Command's states; details as the API spells them, without spaces. */
export type InvocationStatus =
  | 'Pending'
  | 'InProgress'
  | 'Delayed'
  | 'Success'
  | 'Cancelled'
  | 'TimedOut'
  | 'Failed'
  | 'Cancelling';
export type StatusDetails = InvocationStatus | 'DeliveryTimedOut' | 'ExecutionTimedOut' | 'Undeliverable';

/** What SendCommand asked for. */
export interface Command {
  readonly id: string;
  readonly documentName: string;
  readonly documentVersion: string;
  readonly comment: string;
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** What the agent runs, by lines. */
  readonly script: readonly string[];
  readonly instanceIds: readonly string[];
  readonly targets: readonly { readonly key: string; readonly values: readonly string[] }[];
  readonly requestedAt: Date;
  /** Seconds in which the agent must take the command. */
  readonly deliverySeconds: number;
  /** Seconds the script may run. */
  readonly executionSeconds: number;
  readonly outputBucket: string | undefined;
  readonly outputPrefix: string;
  /** One per instance. */
  readonly invocations: ReadonlyMap<string, Invocation>;
}

/** A command on one instance. */
export interface Invocation {
  readonly instanceId: string;
  status: InvocationStatus;
  details: StatusDetails;
  /** −1 until there is an exit code. */
  responseCode: number;
  startedAt: Date | undefined;
  endedAt: Date | undefined;
  /** What the agent sent: cut, and empty until finished. */
  stdout: string;
  stderr: string;
  /** Set once CancelCommand has asked for the end. */
  cancelRequested: boolean;
  /** Ends what is running or waiting. */
  cancel: () => void;
}

export function newInvocation(instanceId: string): Invocation {
  return {
    instanceId,
    status: 'Pending',
    details: 'Pending',
    responseCode: -1,
    startedAt: undefined,
    endedAt: undefined,
    stdout: '',
    stderr: '',
    cancelRequested: false,
    cancel: () => undefined,
  };
}

export function isTerminal(status: InvocationStatus): boolean {
  return status === 'Success' || status === 'Cancelled' || status === 'TimedOut' || status === 'Failed';
}

/** The state of a command over all its instances. An execution time-out makes the command `Failed`. */
export function overallStatus(command: Command): { status: InvocationStatus; details: StatusDetails } {
  const all = [...command.invocations.values()];
  const running = all.find((each) => !isTerminal(each.status));
  if (running) return all.every((each) => each.status === 'Pending') ? both('Pending') : simple(running);
  const worst = all.find((each) => each.status !== 'Success');
  if (!worst) return both('Success');
  if (worst.details === 'ExecutionTimedOut') return both('Failed');
  return { status: worst.status, details: worst.details };
}

function both(status: InvocationStatus): { status: InvocationStatus; details: StatusDetails } {
  return { status, details: status };
}

function simple(invocation: Invocation): { status: InvocationStatus; details: StatusDetails } {
  return invocation.status === 'Cancelling' || invocation.status === 'Delayed'
    ? both(invocation.status)
    : both('InProgress');
}
