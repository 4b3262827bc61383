/** Command line. Human words on stderr, data on stdout; exit 0 done, 1 failed, 2 wrong usage. */
import type { CommandName } from './cli/help.ts';
import { AppError, explain } from './shared/errors.ts';

type Command = (args: readonly string[]) => Promise<number>;

/** Loaded on use: `collapse` must not wait for the AWS SDK. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  serve: async () => (await import('./cli/serve.ts')).runServe,
  capture: async () => (await import('./cli/capture.ts')).runCapture,
  profile: async () => (await import('./cli/profile.ts')).runProfile,
  collapse: async () => (await import('./cli/collapse.ts')).runCollapse,
  flamegraph: async () => (await import('./cli/flamegraph.ts')).runFlamegraph,
  compare: async () => (await import('./cli/compare.ts')).runCompare,
  export: async () => (await import('./cli/export.ts')).runExport,
  script: async () => (await import('./cli/script.ts')).runScript,
  plan: async () => (await import('./cli/plan.ts')).runPlan,
  replay: async () => (await import('./cli/replay.ts')).runReplay,
  doctor: async () => (await import('./cli/doctor.ts')).runDoctor,
  subscribe: async () => (await import('./cli/subscribe.ts')).runSubscribe,
};

const HELP_WORDS: readonly (string | undefined)[] = ['--help', '-h', 'help'];

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (HELP_WORDS.includes(name)) return help(rest[0]);
  if (!isCommand(name)) {
    const { allHelp } = await import('./cli/help.ts');
    const fault = name === undefined ? '' : `smokejumper: there is no command ${JSON.stringify(name)}.\n`;
    process.stderr.write(`${fault}${allHelp()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) return help(name);
  return (await COMMANDS[name]())(rest);
}

function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

async function help(name: string | undefined): Promise<number> {
  const { allHelp, commandHelp } = await import('./cli/help.ts');
  process.stdout.write(isCommand(name) ? commandHelp(name) : allHelp());
  return 0;
}

// The reader of a pipe may leave (`| head`): that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`smokejumper: Cannot write to standard output: ${error.message}.\n`);
  process.exit(1);
});
// Nobody reads the words any more; the work goes on.
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`smokejumper: ${explain(error)}\n`);
  if (!(error instanceof AppError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof AppError && error.code === 'USAGE' ? 2 : 1;
}
