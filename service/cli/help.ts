/** What `smokejumper --help` and `smokejumper COMMAND --help` print. */

interface Help {
  /** Behind `smokejumper `. */
  readonly usage: string;
  /** A sentence or two. */
  readonly about: string;
  readonly options?: readonly (readonly [option: string, meaning: string])[];
}

const READING = [
  ['--perf-map FILE', 'a perf-PID.map that names generated code; may be repeated'],
  ['--event NAME', 'the event to draw, if the profile has several'],
  ['--column 1|2', 'which count of a folded differential to draw (default 2)'],
  ['--release-dir NAME', 'a directory whose name changes with each release, * for the part that changes: "gen-*"'],
] as const;
const OUTPUT = ['-o, --output FILE', 'where to write (default: standard output)'] as const;
const ENVIRONMENT = 'Reads the environment variables listed in docs/operations.md.';

export const HELP = {
  serve: {
    usage: 'serve',
    about: `Runs the service: receives alarms from SNS, profiles, reports. Ends on SIGINT or SIGTERM. ${ENVIRONMENT}`,
  },
  capture: {
    usage: 'capture [--pid LIST | --match PATTERN] [--seconds N] [--hz N] [--engine auto|perf|v8] -o FILE',
    about: 'Records the Node.js processes of this machine, just as the service does on an instance.',
    options: [
      ['--pid LIST', 'only these processes, comma-separated; they need not be Node.js'],
      ['--match PATTERN', 'only Node.js processes whose command line matches this extended regular expression'],
      ['--seconds N', 'how long to record, 1 to 600 (default 10)'],
      ['--hz N', 'samples per second per CPU, 1 to 4999 (default 99)'],
      [
        '--engine NAME',
        'perf (same as auto), or v8: V8’s own profiler, which needs neither perf nor root but sees only JavaScript',
      ],
      ['--install-perf', 'let the package manager install perf if it is missing'],
      ['-o, --output FILE', 'where to write the capture'],
    ],
  },
  profile: {
    usage: 'profile INSTANCE_ID [SECONDS] [PID] [--peer ID] [--hz N] [-o NAME] [--no-open]',
    about: `Profiles an instance through SSM, without an alarm, and opens the flame graph. ${ENVIRONMENT}`,
    options: [
      ['--peer ID', 'an instance to record at the same time and to compare with'],
      ['--hz N', 'samples per second per CPU, 1 to 4999 (default: CAPTURE_HZ)'],
      ['-o, --output NAME', 'how the file names begin (default: the instance and the time)'],
      ['--no-open', 'do not open a browser'],
    ],
  },
  collapse: {
    usage: 'collapse FILE|- [--perf-map FILE …] [-o FILE]',
    about: 'Writes any profile as folded stacks, one line per stack.',
    options: [
      ['--canonical', 'one name per function (default: names as stackcollapse-perf.pl prints them)'],
      ['--samples', 'numbers of samples (default: sums of periods)'],
      ...READING,
      OUTPUT,
    ],
  },
  flamegraph: {
    usage: 'flamegraph FILE|- -o OUT.svg|OUT.png [--title TEXT]',
    about: 'Draws the flame graph of a profile: a self-contained interactive SVG, or a PNG picture.',
    options: [
      ['-o, --output FILE', 'where to write, .svg or .png'],
      ['--title TEXT', 'the heading (default: the name of the file)'],
      ...READING,
    ],
  },
  compare: {
    usage: 'compare HEALTHY [HEALTHY …] HOT [--json] [-o OUT.svg] [--requests LIST]',
    about: 'Says what uses more CPU in the hot profile than in the healthy ones: prints the verdict and the findings.',
    options: [
      ['--json', 'print JSON'],
      ['-o, --output FILE', 'where to write the differential flame graph, .svg'],
      [
        '--requests LIST',
        'requests per second of each file, comma-separated: tells a slower service from more traffic',
      ],
      ...READING,
    ],
  },
  export: {
    usage: 'export FILE|- --format folded|speedscope|pprof [-o FILE]',
    about: 'Writes a profile in the format of another tool.',
    options: [['--format NAME', 'folded, speedscope or pprof'], ...READING, OUTPUT],
  },
  script: {
    usage: 'script [run|fetch|clean|source]',
    about:
      'Prints a script as sent to an instance: to record (run), send more of a result (fetch) or remove it (clean).',
  },
  plan: {
    usage: 'plan ALARM.json|-',
    about: `Shows what this alarm would lead to now: decision, instances and why. Changes nothing. ${ENVIRONMENT}`,
  },
  replay: {
    usage: 'replay NOTIFICATION.json|- [--force]',
    about: `Takes a stored notification all the way to the mail, as if it had just arrived. ${ENVIRONMENT}`,
    options: [['--force', 'profile even if the limits or filters say no']],
  },
  doctor: {
    usage: 'doctor [INSTANCE_ID]',
    about:
      'Checks configuration, permissions, topics, alarms and mail, and records the instance for one second. ' +
      ENVIRONMENT,
  },
  subscribe: {
    usage: 'subscribe [--endpoint URL]',
    about: `Asks SNS to deliver the topics to the service, which confirms the subscriptions by itself. ${ENVIRONMENT}`,
    options: [['--endpoint URL', 'where SNS delivers (default: PUBLIC_URL/sns)']],
  },
} as const satisfies Record<string, Help>;

export type CommandName = keyof typeof HELP;

export function commandHelp(name: CommandName): string {
  const { usage, about, options = [] }: Help = HELP[name];
  const width = Math.max(0, ...options.map(([option]) => option.length));
  const lines = options.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`);
  return `${[`Usage: smokejumper ${usage}`, '', about, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n')}\n`;
}

export function allHelp(): string {
  const lines = Object.values(HELP).map(({ usage }) => `  smokejumper ${usage}`);
  return (
    `Usage:\n${lines.join('\n')}\n\n` +
    'Run smokejumper COMMAND --help for details. Exit codes: 0 success, 1 failure, 2 wrong usage.\n'
  );
}
