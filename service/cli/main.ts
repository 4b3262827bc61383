/** Command line. Human words on stderr, data on stdout; exit 0 done, 1 failed, 2 wrong usage. */

import { AppError, explain } from '../shared/errors.ts';
import { quoted } from '../shared/text/untrusted.ts';
import { COMMANDS, type CommandName, commandsCalled } from './command-table.ts';
import { Interruption } from './interruptible.ts';
import { usageError } from './usage.ts';

type Run = (args: readonly string[]) => Promise<number>;

/** Loaded on use: `collapse` must not wait for the AWS SDK. */
const RUNS: Readonly<Record<CommandName, () => Promise<Run>>> = {
  capture: async () => (await import('./commands/capture.ts')).runCapture,
  collapse: async () => (await import('./commands/collapse.ts')).runCollapse,
  flamegraph: async () => (await import('./commands/flamegraph.ts')).runFlamegraph,
  compare: async () => (await import('./commands/compare.ts')).runCompare,
  export: async () => (await import('./commands/export.ts')).runExport,
  profile: async () => (await import('./commands/profile.ts')).runProfile,
  script: async () => (await import('./commands/script.ts')).runScript,
  serve: async () => (await import('./commands/serve.ts')).runServe,
  mute: async () => (await import('./incidents/mute.ts')).runMute,
  unmute: async () => (await import('./incidents/mute.ts')).runUnmute,
  doctor: async () => (await import('./commands/doctor.ts')).runDoctor,
  subscribe: async () => (await import('./commands/subscribe.ts')).runSubscribe,
  plan: async () => (await import('./commands/plan.ts')).runPlan,
  drill: async () => (await import('./drill/drill.ts')).runDrill,
  replay: async () => (await import('./commands/replay.ts')).runReplay,
  'incidents list': async () => (await import('./incidents/list.ts')).runIncidentsList,
  'incidents show': async () => (await import('./incidents/show.ts')).runIncidentsShow,
  'incidents export': async () => (await import('./incidents/export.ts')).runIncidentsExport,
  'incidents import': async () => (await import('./incidents/import.ts')).runIncidentsImport,
  'rules check': async () => (await import('./rules/check.ts')).runRulesCheck,
  'rules explain': async () => (await import('./rules/explain.ts')).runRulesExplain,
  backup: async () => (await import('./backup/backup.ts')).runBackup,
  prune: async () => (await import('./commands/prune.ts')).runPrune,
  completion: async () => (await import('./commands/completion.ts')).runCompletion,
  help: async () => (await import('./commands/help.ts')).runHelp,
  version: async () => (await import('./commands/version.ts')).runVersion,
};

/** What a person may type for a command that is one of ours. */
const ALIASES: Readonly<Record<string, CommandName>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-V': 'version',
};

/** A command as it was typed. */
interface Called {
  readonly name: CommandName;
  readonly rest: readonly string[];
}

const asksForHelp = (args: readonly string[]) => args.includes('--help') || args.includes('-h');

/** Throws a usage error for what is no command, with the one that is meant. */
async function find([first = '', ...rest]: readonly string[]): Promise<Called> {
  const name = Object.hasOwn(ALIASES, first) ? ALIASES[first] : commandsCalled(first).find((one) => one === first);
  if (name !== undefined) return { name, rest };
  const family = commandsCalled(first);
  if (family.length === 0) throw await unknown(first, Object.keys(COMMANDS));
  if (asksForHelp(rest.slice(0, 1))) return { name: 'help', rest: [first] };
  const [second = '', ...others] = rest;
  const one = family.find((member) => member === `${first} ${second}`);
  if (one !== undefined) return { name: one, rest: others };
  const seconds = family.map((member) => member.slice(first.length + 1));
  if (second === '') throw usageError(`${first} takes one of ${seconds.join(', ')}.`);
  throw await unknown(second, seconds, `${first} `);
}

async function unknown(word: string, names: readonly string[], family = ''): Promise<AppError> {
  const { meant } = await import('../shared/text/did-you-mean.ts');
  const words = [...new Set(names.map((name) => name.replace(/ .*/, '')))];
  const near = meant(word, words);
  const question = near === undefined ? '' : ` Did you mean ${family}${near}?`;
  return usageError(`There is no command ${quoted(`${family}${word}`)}.${question}`);
}

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    const { allHelp } = await import('./help.ts');
    const { terminalOf } = await import('./output/terminal.ts');
    process.stderr.write(allHelp(terminalOf(process.stderr, 'never').width));
    return 2;
  }
  const { name, rest } = await find(args);
  if (name !== 'help' && asksForHelp(rest)) return (await RUNS.help())([name]);
  return (await RUNS[name]())(rest);
}

/** `smokejumper compare --help`, of what can be told of the command. */
function whereHelpIs([first = '', second = '']: readonly string[]): string {
  const known = commandsCalled(first);
  const whole = known.find((name) => name === `${first} ${second}`) ?? (known.length > 0 ? first : undefined);
  return `See smokejumper ${whole === undefined || whole === 'help' ? '' : `${whole} `}--help.`;
}

/** Says it, for people or for programs; gives the exit code. */
function fail(thrown: unknown, args: readonly string[]): number {
  const error = thrown instanceof Interruption ? thrown.cause : thrown;
  const isUsage = error instanceof AppError && error.code === 'USAGE';
  const told = isUsage ? new AppError('USAGE', error.message, { hint: whereHelpIs(args) }) : error;
  if (args.includes('--json')) {
    const { code, message, hint } =
      told instanceof AppError ? told : { code: 'INTERNAL', message: explain(told), hint: undefined };
    process.stderr.write(`${JSON.stringify({ error: { code, message, hint: hint ?? null } })}\n`);
  } else {
    process.stderr.write(`smokejumper: ${inLines(told)}\n`);
    if (!(told instanceof AppError) && told instanceof Error) process.stderr.write(`${told.stack}\n`);
  }
  if (thrown instanceof Interruption) return thrown.exitCode;
  return isUsage ? 2 : 1;
}

/** Behind a list the hint has a line of its own. */
function inLines(error: unknown): string {
  if (!(error instanceof AppError) || !error.message.includes('\n') || !error.hint) return explain(error);
  return `${error.message}\n${error.hint}`;
}

// The reader of a pipe may leave (`| head`): that is not our fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`smokejumper: Cannot write to standard output: ${error.message}.\n`);
  process.exit(1);
});
// Nobody reads the words any more; the work goes on.
process.stderr.on('error', () => undefined);

const args = process.argv.slice(2);
try {
  process.exitCode = await main(args);
} catch (error) {
  process.exitCode = fail(error, args);
}
