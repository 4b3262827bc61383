/** Command line. Human words on stderr, data on stdout; exit 0 done, 1 failed, 2 wrong usage. */
import { AppError, explain } from './shared/errors.ts';

type Command = (args: readonly string[]) => Promise<number>;

/** Loaded on use: `collapse` must not wait for the AWS SDK. */
const COMMANDS: Readonly<Record<string, { readonly usage: string; readonly load: () => Promise<Command> }>> = {
  serve: { usage: 'serve', load: async () => (await import('./cli/serve.ts')).runServe },
  capture: {
    usage: 'capture [--pid LIST | --match PATTERN] [--seconds N] [--hz N] [--engine auto|perf|v8] -o FILE',
    load: async () => (await import('./cli/capture.ts')).runCapture,
  },
  profile: {
    usage: 'profile INSTANCE_ID [SECONDS] [PID] [--peer ID] [--hz N] [-o NAME] [--no-open]',
    load: async () => (await import('./cli/profile.ts')).runProfile,
  },
  collapse: {
    usage: 'collapse FILE|- [--perf-map FILE …]',
    load: async () => (await import('./cli/collapse.ts')).runCollapse,
  },
  flamegraph: {
    usage: 'flamegraph FILE -o OUT.svg|OUT.png',
    load: async () => (await import('./cli/flamegraph.ts')).runFlamegraph,
  },
  compare: {
    usage: 'compare HEALTHY HOT [--json] [-o OUT.svg]',
    load: async () => (await import('./cli/compare.ts')).runCompare,
  },
  export: {
    usage: 'export FILE --format folded|speedscope|pprof [-o FILE]',
    load: async () => (await import('./cli/export.ts')).runExport,
  },
  plan: { usage: 'plan ALARM.json|-', load: async () => (await import('./cli/plan.ts')).runPlan },
  replay: {
    usage: 'replay NOTIFICATION.json|- [--force]',
    load: async () => (await import('./cli/replay.ts')).runReplay,
  },
  doctor: { usage: 'doctor [INSTANCE_ID]', load: async () => (await import('./cli/doctor.ts')).runDoctor },
  subscribe: {
    usage: 'subscribe [--endpoint URL]',
    load: async () => (await import('./cli/subscribe.ts')).runSubscribe,
  },
};

function help(): string {
  const lines = Object.values(COMMANDS).map((command) => `  smokejumper ${command.usage}`);
  return `Usage:\n${lines.join('\n')}\n`;
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return 0;
  }
  const command = name === undefined ? undefined : COMMANDS[name];
  if (!command) {
    process.stderr.write(
      name === undefined ? help() : `smokejumper: there is no command ${JSON.stringify(name)}.\n${help()}`,
    );
    return 2;
  }
  return (await command.load())(rest);
}

// The reader of a pipe may leave (`| head`): that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`smokejumper: ${explain(error)}\n`);
  if (!(error instanceof AppError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof AppError && error.code === 'USAGE' ? 2 : 1;
}
