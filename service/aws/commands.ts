import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  paginateListCommands,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { CommandRequest, CommandResult, CommandsPort } from '../incidents/ports.ts';
import { AppError } from '../shared/errors.ts';
import type { InstanceId } from '../shared/ids.ts';
import { type AwsCall, callAws, type Sending } from './call.ts';
import { createDocumentCheck, documentChanged, documentMissing, type SentDocument } from './document.ts';
import { awsErrorName } from './errors.ts';
import { INSIDE_RETRIES, onlyOnce } from './fault.ts';

export interface CommandsOptions {
  readonly document: SentDocument;
  /** Seconds SSM may take to hand the command to the agent; SSM's minimum is 30. */
  readonly deliverySeconds: number;
  /** For each call; default: `CALL_MS`. */
  readonly ms?: number;
}

/** `CommandsPort` over SSM Run Command. One command per instance: one bad id would fail a shared call. */
export function createCommands(ssm: SSMClient, options: CommandsOptions): CommandsPort {
  const { document, ms } = options;
  const checked = createDocumentCheck(ssm, document, ms);
  return {
    async send(request, signal) {
      await checked(signal);
      return await send(ssm, options, request, signal);
    },
    find(instanceId, label, afterMs, signal) {
      const doing = `Listing the commands of ${instanceId}`;
      return callAws({ code: 'SSM_LIST_FAILED', doing, api: 'ListCommands', ms, signal }, (sending) =>
        find(ssm, instanceId, label, afterMs, sending),
      );
    },
    result: (instanceId, commandId, signal) => result(ssm, instanceId, commandId, { ms, signal }),
    async cancel(instanceId, commandId, signal) {
      const doing = `Cancelling the command on ${instanceId}`;
      await callAws({ code: 'SSM_CANCEL_FAILED', doing, api: 'CancelCommand', ms, signal }, (sending) =>
        ssm.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }), sending),
      );
    },
  };
}

async function send(
  ssm: SSMClient,
  { document, deliverySeconds, ms }: CommandsOptions,
  { instanceId, label, call, timeoutSeconds }: CommandRequest,
  signal: AbortSignal | undefined,
): Promise<string> {
  const parameters = { ...document.parameters(call), executionTimeout: `${timeoutSeconds}` };
  const command = new SendCommandCommand({
    InstanceIds: [instanceId],
    DocumentName: document.name,
    ...(document.holds === null ? {} : { DocumentVersion: '$LATEST' }),
    Comment: label,
    TimeoutSeconds: Math.max(30, deliverySeconds),
    Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
  });
  // A second recording would find the first one at work, and its answer be taken for the result.
  command.middlewareStack.add(onlyOnce, INSIDE_RETRIES);
  const doing = `Sending the command to ${instanceId}`;
  const meaning = (cause: unknown) => sendFault(document, instanceId, cause);
  const answer = await callAws({ code: 'SSM_SEND_FAILED', doing, api: 'SendCommand', meaning, ms, signal }, (sending) =>
    ssm.send(command, sending),
  );
  const id = answer.Command?.CommandId;
  if (id) return id;
  throw new AppError('SSM_SEND_FAILED', `SSM returned no command id for ${instanceId}.`, { retry: 'later' });
}

function sendFault(document: SentDocument, instanceId: InstanceId, cause: unknown): AppError | undefined {
  const name = awsErrorName(cause);
  if (name === 'InvalidInstanceId') {
    return new AppError(
      'INSTANCE_UNREACHABLE',
      `SSM cannot reach ${instanceId}: it is stopped, terminated, not managed by SSM, or access is denied.`,
      {
        cause,
        hint:
          'Check in Fleet Manager that the instance is online and that its role ' +
          'holds AmazonSSMManagedInstanceCore.',
      },
    );
  }
  if (name === 'InvalidDocument' || name === 'InvalidDocumentVersion') return documentMissing(document, cause);
  // The version is one of them: the document of another release takes only its own.
  if (name === 'InvalidParameters' && document.holds !== null) return documentChanged(document, cause);
  return undefined;
}

/** Our clock may be ahead of the one by which SSM notes when a command was sent. */
const CLOCK_SLACK_MS = 300_000;

/**
 * SendCommand has no client token: after a crash the label in `Comment` tells whether it was sent. SSM keeps 30 days of
 * commands and lists 50 at once; without the bound a busy instance takes seconds, which the common start cannot wait.
 */
async function find(
  ssm: SSMClient,
  instanceId: InstanceId,
  label: string,
  afterMs: number,
  sending: Sending,
): Promise<string | undefined> {
  // SSM's own examples have whole seconds.
  const after = `${new Date(afterMs - CLOCK_SLACK_MS).toISOString().slice(0, 19)}Z`;
  const filters = [{ key: 'InvokedAfter', value: after } as const];
  const input = { InstanceId: instanceId, Filters: filters };
  for await (const page of paginateListCommands({ client: ssm, pageSize: 50 }, input, sending)) {
    const match = page.Commands?.find((command) => command.Comment === label);
    if (match?.CommandId) return match.CommandId;
  }
  return undefined;
}

const NOT_YET: CommandResult = {
  status: 'pending',
  detail: 'InvocationDoesNotExist',
  exitCode: null,
  stdout: '',
  stderr: '',
};

async function result(
  ssm: SSMClient,
  instanceId: InstanceId,
  commandId: string,
  limits: Pick<AwsCall, 'ms' | 'signal'>,
): Promise<CommandResult> {
  const doing = `Reading the result of the command on ${instanceId}`;
  return callAws({ code: 'SSM_RESULT_FAILED', doing, api: 'GetCommandInvocation', ...limits }, async (sending) => {
    const get = new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId });
    try {
      return toResult(await ssm.send(get, sending));
    } catch (cause) {
      // Normal for some seconds after SendCommand.
      if (awsErrorName(cause) === 'InvocationDoesNotExist') return NOT_YET;
      throw cause;
    }
  });
}

const STATUS: Readonly<Record<string, CommandResult['status']>> = {
  Pending: 'pending',
  Delayed: 'pending',
  InProgress: 'running',
  Cancelling: 'running',
  Success: 'success',
  Cancelled: 'cancelled',
  TimedOut: 'timed-out',
  Failed: 'failed',
};

function toResult(answer: GetCommandInvocationCommandOutput): CommandResult {
  // AWS pages print the details with spaces, the API without.
  const detail = (answer.StatusDetails ?? '').replaceAll(' ', '');
  const neverRan = detail === 'Undeliverable' || detail === 'DeliveryTimedOut' || detail === 'Terminated';
  const exitCode = answer.ResponseCode ?? -1;
  return {
    status: neverRan ? 'undeliverable' : (STATUS[answer.Status ?? ''] ?? 'running'),
    detail,
    exitCode: exitCode < 0 ? null : exitCode,
    stdout: answer.StandardOutputContent ?? '',
    stderr: answer.StandardErrorContent ?? '',
  };
}
