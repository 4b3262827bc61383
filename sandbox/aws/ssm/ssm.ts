import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Operation, RpcService } from '../operation.ts';
import { page } from '../paging.ts';
import { Agents, type OutputKeeper } from './agent.ts';
import { type Command, type Invocation, isTerminal, overallStatus } from './command.ts';
import { commandOutput, invocationOutput, listedInvocation, passesFilters } from './describe.ts';
import { Documents } from './documents.ts';
import { instanceInformation } from './instance-information.ts';
import { checkInstanceId, readCommand } from './send-command.ts';

/** SSM knows a command at once but its invocation only a moment later. */
const INVOCATION_APPEARS_MS = 500;
const MAX_COMMANDS = 5000;
/** Of ListCommands and ListCommandInvocations. */
const MAX_FILTERS = 5;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Run Command, and the documents that it runs. */
export class Ssm {
  readonly service: RpcService;
  private readonly context: Context;
  private readonly agents: Agents;
  private readonly documents: Documents;
  private readonly commandsById = new Map<string, Command>();
  private readonly appearsAt = new Map<string, number>();

  constructor(context: Context, keepOutput: OutputKeeper) {
    this.context = context;
    this.agents = new Agents(context, keepOutput);
    this.documents = new Documents(context);
    const operations: Record<string, Operation> = {
      ...this.documents.operations,
      SendCommand: (input) => ({ Command: commandOutput(this.send(input)) }),
      GetCommandInvocation: (input) => this.getInvocation(input),
      ListCommands: (input) => this.list(input),
      ListCommandInvocations: (input) => this.listInvocations(input),
      CancelCommand: (input) => this.cancel(input),
      DescribeInstanceInformation: (input) => instanceInformation(input, context),
      GetConnectionStatus: (input) => {
        const target = input.needText('Target');
        const online = context.fleet.instances.some(
          (instance) => instance.id === target && instance.state === 'online',
        );
        return { Target: target, Status: online ? 'connected' : 'notconnected' };
      },
    };
    this.service = {
      dialect: { missing: 'ValidationException', invalid: 'ValidationException' },
      operations: new Map(Object.entries(operations)),
    };
  }

  /** Newest first. */
  commands(): readonly Command[] {
    return [...this.commandsById.values()].reverse();
  }

  close(): Promise<void> {
    return this.agents.close();
  }

  private send(input: Fields): Command {
    const command = readCommand(input, this.context, this.documents);
    this.commandsById.set(command.id, command);
    this.appearsAt.set(command.id, performance.now() + INVOCATION_APPEARS_MS * this.context.timeScale);
    this.forgetOldest();
    for (const invocation of command.invocations.values()) {
      const instance = this.context.fleet.instances.find((each) => each.id === invocation.instanceId);
      if (instance) this.agents.start(command, invocation, instance);
    }
    return command;
  }

  private forgetOldest(): void {
    const oldest = this.commandsById.keys().next().value;
    if (this.commandsById.size <= MAX_COMMANDS || oldest === undefined) return;
    this.commandsById.delete(oldest);
    this.appearsAt.delete(oldest);
  }

  private getInvocation(input: Fields) {
    const id = input.needText('CommandId');
    const instanceId = input.needText('InstanceId');
    checkInstanceId(input, 'instanceId', instanceId);
    if (!UUID.test(id)) throw new AwsFault('InvalidCommandId', `${id} is not a command id.`);
    const command = this.visible(id);
    const invocation = command?.invocations.get(instanceId);
    if (!command || !invocation)
      throw new AwsFault('InvocationDoesNotExist', 'An invocation for this command and instance does not exist.');
    const plugin = input.text('PluginName');
    if (plugin !== undefined && plugin !== 'aws:runShellScript')
      throw new AwsFault('InvalidPluginName', `There is no plugin ${plugin}.`);
    return invocationOutput(command, invocation);
  }

  private visible(id: string): Command | undefined {
    return performance.now() >= (this.appearsAt.get(id) ?? 0) ? this.commandsById.get(id) : undefined;
  }

  private selected(input: Fields): readonly Command[] {
    const id = input.text('CommandId');
    const instanceId = input.text('InstanceId');
    if (id !== undefined && !this.commandsById.has(id))
      throw new AwsFault('InvalidCommandId', `There is no command ${id}.`);
    return this.commands().filter(
      (command) =>
        (id ?? command.id) === command.id && (instanceId === undefined || command.invocations.has(instanceId)),
    );
  }

  private list(input: Fields) {
    const filters = filtersOf(input);
    const matching = this.selected(input).filter((command) =>
      passesFilters(command, overallStatus(command).status, filters),
    );
    const { items, nextToken } = page(matching, input, 'MaxResults', 50, 50);
    return { Commands: items.map(commandOutput), NextToken: nextToken };
  }

  private listInvocations(input: Fields) {
    const filters = filtersOf(input);
    const instanceId = input.text('InstanceId');
    const details = input.flag('Details') ?? false;
    const matching = this.selected(input)
      .filter((command) => this.visible(command.id))
      .flatMap((command) => [...command.invocations.values()].map((invocation) => ({ command, invocation })))
      .filter(({ command, invocation }) => {
        const meant = (instanceId ?? invocation.instanceId) === invocation.instanceId;
        return meant && passesFilters(command, invocation.status, filters);
      });
    const { items, nextToken } = page(matching, input, 'MaxResults', 50, 50);
    return {
      CommandInvocations: items.map(({ command, invocation }) => listedInvocation(command, invocation, details)),
      NextToken: nextToken,
    };
  }

  private cancel(input: Fields) {
    const id = input.needText('CommandId');
    const command = this.commandsById.get(id);
    if (!command) throw new AwsFault('InvalidCommandId', `There is no command ${id}.`);
    const ids = input.texts('InstanceIds');
    for (const instanceId of ids) {
      if (!command.invocations.has(instanceId))
        throw new AwsFault('InvalidInstanceId', `The command was not sent to ${instanceId}.`);
    }
    for (const invocation of command.invocations.values()) {
      if (ids.length === 0 || ids.includes(invocation.instanceId)) requestCancel(invocation);
    }
    return {};
  }
}

function filtersOf(input: Fields): readonly Fields[] {
  const filters = input.list('Filters');
  if (filters.length <= MAX_FILTERS) return filters;
  throw input.invalid(
    "1 validation error detected: Value at 'filters' failed to satisfy constraint: Member must have length less than " +
      `or equal to ${MAX_FILTERS}`,
  );
}

function requestCancel(invocation: Invocation): void {
  if (isTerminal(invocation.status) || invocation.cancelRequested) return;
  invocation.cancelRequested = true;
  invocation.status = 'Cancelling';
  invocation.details = 'Cancelling';
  invocation.cancel();
}
