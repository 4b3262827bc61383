import { randomUUID } from 'node:crypto';
import type { SandboxInstance } from '../../fleet/instance.ts';
import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import { type Command, newInvocation } from './command.ts';
import { parameterValues, substitute } from './document-content.ts';
import type { Documents } from './documents.ts';

const MAX_INSTANCES = 50;
const MAX_TARGETS = 5;
const MAX_COMMENT = 100;
const MAX_TARGET_VALUES = 50;
const MAX_PREFIX = 500;
const INSTANCE_ID = /^(i-(\w{8}|\w{17})|mi-\w{17})$/;
const DEFAULT_DELIVERY_SECONDS = 3600;
/** What the agent uses for an executionTimeout it cannot read or that is out of 5 … 172800. */
const DEFAULT_EXECUTION_SECONDS = 3600;
const MAX_EXECUTION_SECONDS = 172_800;
/** A document with its parameters may be 64 KB. */
const MAX_PARAMETER_BYTES = 64 * 1024;
const PARAMETER_NAMES = ['commands', 'workingDirectory', 'executionTimeout'];

/**
 * Reads and checks SendCommand. Throws the faults AWS would; one instance that cannot take commands fails the whole
 * call.
 */
export function readCommand(input: Fields, context: Context, documents: Documents): Command {
  const documentName = input.needText('DocumentName').replace(/^arn:aws:ssm:[^:]*:[^:]*:document\//, '');
  const comment = input.text('Comment') ?? '';
  if (comment.length > MAX_COMMENT) throw tooLong(input, 'comment', MAX_COMMENT);
  const deliverySeconds = input.integer('TimeoutSeconds', 30, 2_592_000) ?? DEFAULT_DELIVERY_SECONDS;
  const parameters = readParameters(input.structure('Parameters'));
  const version = input.text('DocumentVersion');
  const work =
    documentName === 'AWS-RunShellScript'
      ? shellWork(parameters)
      : documentWork(documents, documentName, version, parameters);
  const targets = input
    .list('Targets')
    .map((target) => ({ key: target.needText('Key'), values: target.texts('Values') }));
  if (targets.length > MAX_TARGETS) throw tooLong(input, 'targets', MAX_TARGETS);
  if (targets.some(({ values }) => values.length > MAX_TARGET_VALUES))
    throw tooLong(input, 'targets.1.member.values', MAX_TARGET_VALUES);
  const instances = targetInstances(input, context, targets);
  const outputPrefix = input.text('OutputS3KeyPrefix') ?? '';
  if (outputPrefix.length > MAX_PREFIX) throw tooLong(input, 'outputS3KeyPrefix', MAX_PREFIX);
  return {
    id: randomUUID(),
    documentName,
    documentVersion: version ?? '$DEFAULT',
    comment,
    parameters,
    script: work.script,
    instanceIds: input.texts('InstanceIds'),
    targets,
    requestedAt: new Date(context.now()),
    deliverySeconds,
    executionSeconds: executionSeconds(work.timeout),
    outputBucket: input.text('OutputS3BucketName'),
    outputPrefix,
    invocations: new Map(instances.map((instance) => [instance.id, newInvocation(instance.id)])),
  };
}

/** What the agent is to run, and for how long. */
interface Work {
  readonly script: readonly string[];
  readonly timeout: string | undefined;
}

type Parameters = ReadonlyMap<string, readonly string[]>;

function readParameters(given: Fields | undefined): Parameters {
  const parameters = new Map<string, readonly string[]>();
  for (const name of given?.keys() ?? []) {
    const values = given?.texts(name) ?? [];
    // Parameter Store is not supported, and AWS refuses references it cannot resolve.
    if (values.some((value) => /\{\{\s*ssm(-secure)?:/.test(value))) {
      throw new AwsFault('InvalidParameters', `Parameter ${name} refers to a parameter that does not exist.`);
    }
    parameters.set(name, values);
  }
  if (Buffer.byteLength(JSON.stringify([...parameters])) > MAX_PARAMETER_BYTES) {
    throw new AwsFault('MaxDocumentSizeExceeded', 'The size of the document with its parameters exceeds 64 KB.');
  }
  return parameters;
}

/** AWS-RunShellScript. */
function shellWork(parameters: Parameters): Work {
  for (const [name, values] of parameters) {
    if (!PARAMETER_NAMES.includes(name)) throw new AwsFault('InvalidParameters', `Unknown parameter: ${name}`);
    if (name !== 'commands' && values.length > 1)
      throw new AwsFault('InvalidParameters', `Parameter ${name} takes one string.`);
  }
  const script = parameters.get('commands') ?? [];
  if (script.length === 0) throw new AwsFault('InvalidParameters', 'Missing required parameter: commands');
  const timeout = parameters.get('executionTimeout')?.[0];
  // The document's own pattern is wider than what the agent accepts.
  if (
    timeout !== undefined &&
    !/^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$/.test(timeout)
  ) {
    throw new AwsFault('InvalidParameters', 'Parameter executionTimeout does not match the allowed pattern.');
  }
  return { script, timeout };
}

/** A document of the account. */
function documentWork(documents: Documents, name: string, version: string | undefined, parameters: Parameters): Work {
  const content = documents.content(name, version);
  const values = parameterValues(content, parameters);
  return {
    script: content.runCommand.map((line) => substitute(line, values)),
    timeout: substitute(content.timeoutSeconds, values),
  };
}

function executionSeconds(text: string | undefined): number {
  const seconds = Number(text ?? DEFAULT_EXECUTION_SECONDS);
  return Number.isInteger(seconds) && seconds >= 5 && seconds <= MAX_EXECUTION_SECONDS
    ? seconds
    : DEFAULT_EXECUTION_SECONDS;
}

function targetInstances(input: Fields, context: Context, targets: Command['targets']): readonly SandboxInstance[] {
  const ids = input.texts('InstanceIds');
  if (ids.length === 0 && targets.length === 0) {
    throw new AwsFault('InvalidInstanceId', 'Specify InstanceIds or Targets.');
  }
  if (ids.length > MAX_INSTANCES) throw tooLong(input, 'instanceIds', MAX_INSTANCES);
  for (const id of ids) checkInstanceId(input, 'instanceIds', id);
  if (new Set(ids).size < ids.length)
    throw new AwsFault('DuplicateInstanceId', 'You cannot specify an instance ID in more than one association.');
  const usable = context.fleet.instances.filter((instance) => instance.state !== 'terminated');
  if (ids.length === 0) return usable.filter((instance) => targets.every((target) => matches(instance, target)));
  return ids.map((id) => {
    const instance = usable.find((each) => each.id === id);
    if (instance) return instance;
    throw new AwsFault(
      'InvalidInstanceId',
      `Instances [[${id}]] not in a valid state for account ${context.accountId}`,
    );
  });
}

/** Throws when no instance can have the id. */
export function checkInstanceId(input: Fields, member: string, id: string): void {
  if (INSTANCE_ID.test(id)) return;
  throw input.invalid(
    `1 validation error detected: Value '${id}' at '${member}' failed to satisfy constraint: Member must satisfy ` +
      'regular expression pattern: (^i-(\\w{8}|\\w{17})$)|(^mi-\\w{17}$)',
  );
}

function tooLong(input: Fields, member: string, most: number): AwsFault {
  return input.invalid(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less ` +
      `than or equal to ${most}`,
  );
}

function matches(instance: SandboxInstance, target: Command['targets'][number]): boolean {
  if (target.key.toLowerCase() === 'instanceids') return target.values.includes(instance.id);
  return target.key === 'tag:aws:autoscaling:groupName' && target.values.includes(instance.groupName);
}
