import { backUpData } from '../../compose.ts';
import { readConfig } from '../../config.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { interruptible } from '../interruptible.ts';
import { parseCommand, usageError } from '../usage.ts';

/** `smokejumper backup FOLDER`: exit code 1 when a file that the database names is missing or damaged. */
export async function runBackup(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('backup', args);
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw usageError('backup takes one FOLDER.');
  const config = readConfig(process.env, { topics: 'optional' });
  return interruptible(async (stop) => {
    const done = await backUpData(config, folder, stop);
    const { databaseBytes, files, copied, copiedBytes, removed, missing, damaged } = done;
    if (values.json) process.stdout.write(`${JSON.stringify({ folder, ...done }, null, 2)}\n`);
    else {
      const kept = files - copied - missing.length - damaged.length;
      process.stdout.write(
        `${visible(folder)}: the database (${megabytes(databaseBytes)}), ${copied} files copied ` +
          `(${megabytes(copiedBytes)}), ${kept} there before, ${removed} of deleted incidents removed.\n`,
      );
    }
    for (const hash of missing) process.stderr.write(`Missing in ${config.DATA_DIR}: ${hash}\n`);
    for (const hash of damaged) process.stderr.write(`Damaged in ${config.DATA_DIR}: ${hash}\n`);
    return missing.length + damaged.length === 0 ? 0 : 1;
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
