import { AwsFault } from '../aws-fault.ts';
import type { Fields } from '../fields.ts';
import type { Output } from '../operation.ts';
import { type Command, type Invocation, isTerminal, overallStatus } from './command.ts';
import { pluginOutput } from './output.ts';

const PLUGIN = 'aws:runShellScript';

export function commandOutput(command: Command): Output {
  const { status, details } = overallStatus(command);
  const all = [...command.invocations.values()];
  const expiresMs = command.requestedAt.getTime() + (command.deliverySeconds + command.executionSeconds) * 1000;
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: new Date(expiresMs),
    Parameters: command.parameters,
    InstanceIds: command.instanceIds,
    Targets: command.targets.map(({ key, values }) => ({ Key: key, Values: values })),
    RequestedDateTime: command.requestedAt,
    Status: status,
    StatusDetails: details,
    OutputS3BucketName: command.outputBucket ?? '',
    OutputS3KeyPrefix: command.outputPrefix,
    MaxConcurrency: '50',
    MaxErrors: '0',
    TargetCount: all.length,
    CompletedCount: all.filter((each) => isTerminal(each.status)).length,
    ErrorCount: all.filter((each) => each.status === 'Failed' || each.details === 'ExecutionTimedOut').length,
    DeliveryTimedOutCount: all.filter((each) => each.details === 'DeliveryTimedOut').length,
    TimeoutSeconds: command.deliverySeconds,
  };
}

/** GetCommandInvocation. */
export function invocationOutput(command: Command, invocation: Invocation): Output {
  const { startedAt, endedAt } = invocation;
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    PluginName: PLUGIN,
    ResponseCode: invocation.responseCode,
    ExecutionStartDateTime: startedAt?.toISOString() ?? '',
    ExecutionElapsedTime: startedAt && endedAt ? `PT${(endedAt.getTime() - startedAt.getTime()) / 1000}S` : '',
    ExecutionEndDateTime: startedAt ? (endedAt?.toISOString() ?? '') : '',
    Status: invocation.status,
    StatusDetails: invocation.details,
    StandardOutputContent: invocation.stdout,
    StandardOutputUrl: '',
    StandardErrorContent: invocation.stderr,
    StandardErrorUrl: '',
    CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
  };
}

/** One entry of ListCommandInvocations; `details` adds the step with the start of its output. */
export function listedInvocation(command: Command, invocation: Invocation, details: boolean): Output {
  const { status, details: statusDetails, startedAt, endedAt } = invocation;
  const step = {
    Name: PLUGIN,
    Status: status,
    StatusDetails: statusDetails,
    ResponseCode: invocation.responseCode,
    ResponseStartDateTime: startedAt,
    ResponseFinishDateTime: endedAt,
    Output: pluginOutput(invocation.stdout, invocation.stderr),
    StandardOutputUrl: '',
    StandardErrorUrl: '',
  };
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    InstanceName: '',
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: command.requestedAt,
    Status: status,
    StatusDetails: statusDetails,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details ? [step] : [],
  };
}

/** The filters of ListCommands and ListCommandInvocations. Throws `InvalidFilterKey`. */
export function passesFilters(command: Command, status: string, filters: readonly Fields[]): boolean {
  return filters.every((filter) => {
    const [key, value] = [filter.needText('key'), filter.needText('value')];
    if (key === 'InvokedAfter') return command.requestedAt.getTime() > Date.parse(value);
    if (key === 'InvokedBefore') return command.requestedAt.getTime() < Date.parse(value);
    if (key === 'Status') return status === value;
    if (key === 'DocumentName') return command.documentName === value;
    if (key === 'ExecutionStage') return isTerminal(overallStatus(command).status) === (value === 'Complete');
    throw new AwsFault('InvalidFilterKey', `The filter key ${key} is not valid.`);
  });
}
