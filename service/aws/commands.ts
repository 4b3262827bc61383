import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  paginateListCommands,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { CommandResult, CommandsPort } from '../incidents/ports.ts';
import { AppError } from '../shared/errors.ts';
import type { InstanceId } from '../shared/ids.ts';
import { createDocumentCheck, documentChanged, documentMissing, type SentDocument } from './document.ts';
import { awsError, awsErrorName } from './errors.ts';

export interface CommandsOptions {
  readonly document: SentDocument;
  /** Seconds SSM may take to hand the command to the agent; SSM's minimum is 30. */
  readonly deliverySeconds: number;
}

/** `CommandsPort` over SSM Run Command. One command per instance: one bad id would fail a shared call. */
export function createCommands(ssm: SSMClient, options: CommandsOptions): CommandsPort {
  const checked = createDocumentCheck(ssm, options.document);
  return {
    send: (request) => send(ssm, options, checked, request),
    find: (instanceId, label, afterMs) => find(ssm, instanceId, label, afterMs),
    result: (instanceId, commandId) => result(ssm, instanceId, commandId),
    async cancel(instanceId, commandId) {
      try {
        await ssm.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }));
      } catch (cause) {
        throw awsError('SSM_CANCEL_FAILED', `Cancelling the command on ${instanceId}`, cause);
      }
    },
  };
}

async function send(
  ssm: SSMClient,
  { document, deliverySeconds }: CommandsOptions,
  checked: () => Promise<void>,
  { instanceId, label, call, timeoutSeconds }: Parameters<CommandsPort['send']>[0],
): Promise<string> {
  await checked();
  const parameters = { ...document.parameters(call), executionTimeout: `${timeoutSeconds}` };
  try {
    const answer = await ssm.send(
      new SendCommandCommand({
        InstanceIds: [instanceId],
        DocumentName: document.name,
        ...(document.holds === null ? {} : { DocumentVersion: '$LATEST' }),
        Comment: label,
        TimeoutSeconds: Math.max(30, deliverySeconds),
        Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
      }),
    );
    const id = answer.Command?.CommandId;
    if (id) return id;
  } catch (cause) {
    throw sendFault(document, instanceId, cause);
  }
  throw new AppError('SSM_SEND_FAILED', `SSM returned no command id for ${instanceId}.`, { retry: 'later' });
}

function sendFault(document: SentDocument, instanceId: InstanceId, cause: unknown): AppError {
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
  return awsError('SSM_SEND_FAILED', `Sending the command to ${instanceId}`, cause);
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
): Promise<string | undefined> {
  // SSM's own examples have whole seconds.
  const after = `${new Date(afterMs - CLOCK_SLACK_MS).toISOString().slice(0, 19)}Z`;
  const filters = [{ key: 'InvokedAfter', value: after } as const];
  try {
    const pages = paginateListCommands({ client: ssm, pageSize: 50 }, { InstanceId: instanceId, Filters: filters });
    for await (const page of pages) {
      const match = page.Commands?.find((command) => command.Comment === label);
      if (match?.CommandId) return match.CommandId;
    }
    return undefined;
  } catch (cause) {
    throw awsError('SSM_LIST_FAILED', `Listing the commands of ${instanceId}`, cause);
  }
}

async function result(ssm: SSMClient, instanceId: InstanceId, commandId: string): Promise<CommandResult> {
  try {
    return toResult(await ssm.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId })));
  } catch (cause) {
    // Normal for some seconds after SendCommand.
    if (awsErrorName(cause) === 'InvocationDoesNotExist') {
      return { status: 'pending', detail: 'InvocationDoesNotExist', exitCode: null, stdout: '', stderr: '' };
    }
    throw awsError('SSM_RESULT_FAILED', `Reading the result of the command on ${instanceId}`, cause);
  }
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
