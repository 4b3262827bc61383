import { createClients } from '../../aws/clients.ts';
import { type Config, readConfig } from '../../config.ts';
import { rulesChecks } from '../checks/check-places.ts';
import { serviceChecks } from '../checks/check-service.ts';
import { type Checked, checkedLines, runChecks, summary } from '../checks/run-checks.ts';
import { stdoutTerminal } from '../output/terminal.ts';
import { parseCommand, usageError } from '../usage.ts';

/**
 * `smokejumper doctor [INSTANCE_ID] [--send-mail [ADDRESS]]`: checks configuration, permissions, topics, alarms and
 * mail; of an instance also its group, SSM, perf (a recording of one second) and the names of its Node processes'
 * functions. Exit code 1 when something fails, and when the service would run but nothing fire or nobody be told.
 */
export async function runDoctor(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('doctor', args.flatMap(addressApart));
  const [address, ...moreAddresses] = positionals.filter((word) => word.includes('@'));
  const [id, ...moreIds] = positionals.filter((word) => !word.includes('@'));
  if (moreIds.length > 0) throw usageError('doctor takes at most one instance.');
  if (moreAddresses.length > 0) throw usageError('doctor takes at most one address.');
  if (address !== undefined && values['send-mail'] !== true) {
    throw usageError('doctor takes an address only with --send-mail.');
  }
  const config: Config = readConfig(process.env);
  const aws = createClients(config.AWS_REGION);
  const checks = [...serviceChecks(config, aws), ...(await rulesChecks(config, aws))];
  if (values['send-mail']) checks.push((await import('../checks/test-mail.ts')).testMail(config, aws, address));
  if (id !== undefined) {
    const { instanceChecks } = await import('../checks/check-instance.ts');
    checks.push(...instanceChecks(config, aws, id));
  }
  const terminal = stdoutTerminal(values.color);
  const print = (checked: Checked) => process.stdout.write(`${checkedLines(checked, terminal).join('\n')}\n`);
  const all = await runChecks(checks, values.json ? () => undefined : print);
  const { ready, words } = summary(all);
  if (values.json) process.stdout.write(`${JSON.stringify({ ready, checks: all }, null, 2)}\n`);
  process.stderr.write(`${words}\n`);
  return ready ? 0 : 1;
}

/** `--send-mail=ADDRESS`: a value that may be missing is not an option's for `parseArgs`. */
function addressApart(argument: string): readonly string[] {
  return argument.startsWith('--send-mail=') ? ['--send-mail', argument.slice('--send-mail='.length)] : [argument];
}
