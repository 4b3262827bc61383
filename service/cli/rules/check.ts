import { checkRulesFile, readRulesFile } from '../../rules-file/read-rules-file.ts';
import { loadRulesText } from '../../rules-text.ts';
import { stdoutTerminal } from '../output/terminal.ts';
import { parseCommand, usageError } from '../usage.ts';
import { rulesTable } from './rules-table.ts';

/** `smokejumper rules check [FILE]`: whether the service would take the file, and what it says. */
export async function runRulesCheck(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('rules check', args);
  // Not by the configuration: a file is also checked where the service does not run.
  const [path = process.env.RULES_FILE ?? '', ...others] = positionals;
  if (path === '' || others.length > 0) throw usageError('rules check takes one FILE, or RULES_FILE names it.');
  const text = await loadRulesText(path);
  if (values.json === true) return sayJson(path, text);
  const book = readRulesFile(text, path);
  process.stdout.write(rulesTable(book, stdoutTerminal(values.color)));
  const count = book.rules.length === 1 ? '1 rule' : `${book.rules.length} rules`;
  const targets = book.targets.length === 0 ? '' : `, ${book.targets.length} targets`;
  process.stderr.write(`${count}${targets}, no faults. The first rule that matches an alarm is its rule.\n`);
  return 0;
}

function sayJson(file: string, text: string): number {
  const { book, faults } = checkRulesFile(text);
  const { targets = null, defaults = null, rules = null } = book ?? {};
  const said = { file, faults, targets, defaults, rules };
  process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
  return book === null ? 1 : 0;
}
