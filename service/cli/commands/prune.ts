import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../compose.ts';
import { readConfig } from '../../config.ts';
import { pruneAll, sweepAll } from '../../incidents/retention/housekeeping.ts';
import { addPruned, type Pruned } from '../../incidents/retention/retention.ts';
import { retentionOf } from '../../policies.ts';
import { systemClock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { interruptible } from '../interruptible.ts';
import { parseCommand, usageError } from '../usage.ts';

/**
 * `smokejumper prune [--dry-run]`: what the service does every ten minutes, at once and to the end. A service that runs
 * on the same data goes on: the steps are short, and each is whole.
 */
export async function runPrune(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('prune', args);
  if (positionals.length > 0) throw usageError('prune takes no arguments.');
  const config = readConfig(process.env, { topics: 'optional' });
  if (!existsSync(join(config.DATA_DIR, 'smokejumper.sqlite'))) {
    throw new AppError('NOTHING_TO_PRUNE', `There is no database in ${config.DATA_DIR}.`, { hint: 'Check DATA_DIR.' });
  }
  const policy = retentionOf(config);
  const { db, store } = openStore(config);
  const isDry = values['dry-run'] === true;
  const say = (pruned: Pruned) => process.stdout.write(values.json ? json(isDry, pruned) : words(isDry, pruned));
  try {
    return await interruptible(async (stop) => {
      if (isDry) {
        say(await store.prunePlan(policy, systemClock.now()));
        return 0;
      }
      const maxSteps = Number.POSITIVE_INFINITY;
      const pruned = await pruneAll({ store, policy, clock: systemClock, signal: stop, maxSteps });
      const swept = await sweepAll(store, systemClock, stop);
      say(addPruned(pruned, swept));
      if (stop.aborted) process.stderr.write('Interrupted: the rest goes the next time.\n');
      return 0;
    });
  } finally {
    db.close();
  }
}

function json(dryRun: boolean, pruned: Pruned): string {
  return `${JSON.stringify({ dryRun, ...pruned }, null, 2)}\n`;
}

function words(isDry: boolean, { incidents, files, fileBytes, notifications, bodies }: Pruned): string {
  const megabytes = (fileBytes / 1e6).toFixed(1);
  return (
    `${isDry ? 'Would delete' : 'Deleted'} ${incidents} incidents with ${files} files (${megabytes} MB), and ` +
    `${notifications} notifications; the bodies of ${bodies} more.\n`
  );
}
