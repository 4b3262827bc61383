import { createClients } from '../../aws/clients.ts';
import { type Config, readConfig } from '../../config.ts';
import { serviceChecks } from '../checks/check-service.ts';
import { runChecks } from '../checks/run-checks.ts';
import { parseCommand, usageError } from '../usage.ts';

/**
 * `smokejumper doctor [INSTANCE_ID]`: checks configuration, permissions, topics, alarms and mail; of an instance also
 * its group, SSM, perf (a recording of one second) and the names of its Node processes' functions. Exit code 1 when
 * something fails.
 */
export async function runDoctor(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand('doctor', args);
  const [id] = positionals;
  if (positionals.length > 1) throw usageError('doctor takes at most one instance.');
  const config: Config = readConfig(process.env);
  const aws = createClients(config.AWS_REGION);
  const checks = serviceChecks(config, aws);
  if (id !== undefined) {
    const { instanceChecks } = await import('../checks/check-instance.ts');
    checks.push(...instanceChecks(config, aws, id));
  }
  const failed = await runChecks(checks);
  process.stderr.write(
    failed === 0 ? 'Everything that the service needs works.\n' : `${failed} of ${checks.length} checks failed.\n`,
  );
  return failed === 0 ? 0 : 1;
}
