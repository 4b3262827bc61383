/** Command line. Human words on stderr, data on stdout; exit 0 done, 1 failed, 2 wrong usage. */

import { AppError, explain } from '../shared/errors.ts';
import type { CommandName } from './command-table.ts';

type Run = (args: readonly string[]) => Promise<number>;

/** Loaded on use: `collapse` must not wait for the AWS SDK. */
const RUNS: Readonly<Record<CommandName, () => Promise<Run>>> = {
  serve: async () => (await import('./commands/serve.ts')).runServe,
  capture: async () => (await import('./commands/capture.ts')).runCapture,
  profile: async () => (await import('./commands/profile.ts')).runProfile,
  collapse: async () => (await import('./commands/collapse.ts')).runCollapse,
  flamegraph: async () => (await import('./commands/flamegraph.ts')).runFlamegraph,
  compare: async () => (await import('./commands/compare.ts')).runCompare,
  export: async () => (await import('./commands/export.ts')).runExport,
  script: async () => (await import('./commands/script.ts')).runScript,
  plan: async () => (await import('./commands/plan.ts')).runPlan,
  replay: async () => (await import('./commands/replay.ts')).runReplay,
  prune: async () => (await import('./commands/prune.ts')).runPrune,
  mute: async () => (await import('./commands/mute.ts')).runMute,
  unmute: async () => (await import('./commands/mute.ts')).runUnmute,
  doctor: async () => (await import('./commands/doctor.ts')).runDoctor,
  subscribe: async () => (await import('./commands/subscribe.ts')).runSubscribe,
};

const HELP_WORDS: readonly (string | undefined)[] = ['--help', '-h', 'help'];

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (HELP_WORDS.includes(name)) return help(rest[0]);
  if (!isCommand(name)) {
    const { allHelp } = await import('./help.ts');
    const fault = name === undefined ? '' : `smokejumper: there is no command ${JSON.stringify(name)}.\n`;
    process.stderr.write(`${fault}${allHelp()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) return help(name);
  return (await RUNS[name]())(rest);
}

function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(RUNS, name);
}

async function help(name: string | undefined): Promise<number> {
  const { allHelp, commandHelp } = await import('./help.ts');
  process.stdout.write(isCommand(name) ? commandHelp(name) : allHelp());
  return 0;
}

// The reader of a pipe may leave (`| head`): that is not our fault.
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
