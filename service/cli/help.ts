/** What `smokejumper --help` and `smokejumper COMMAND --help` print. */

interface Help {
  /** Behind `smokejumper `. */
  readonly usage: string;
  /** A sentence or two. */
  readonly about: string;
  readonly options?: readonly (readonly [option: string, meaning: string])[];
}

const READING = [
  ['--perf-map FILE', 'a perf-PID.map that names generated code; may be given several times'],
  ['--event NAME', 'of several events draw this one'],
  ['--column 1|2', 'which count of a folded differential; 2'],
  ['--release-dir NAME', 'a directory that changes with each release, * for what changes: "gen-*"'],
] as const;
const OUTPUT = ['-o, --output FILE', 'where to write; standard output'] as const;
const ENVIRONMENT = 'Reads the variables that docs/operations.md lists.';

export const HELP = {
  serve: {
    usage: 'serve',
    about: `The service: takes alarms from SNS, profiles, reports. Runs until SIGINT or SIGTERM. ${ENVIRONMENT}`,
  },
  capture: {
    usage: 'capture [--pid LIST | --match PATTERN] [--seconds N] [--hz N] [--engine auto|perf|v8] -o FILE',
    about: 'Records the Node.js processes of this machine, as is done on an instance.',
    options: [
      ['--pid LIST', 'only these processes, with commas; need not be Node.js'],
      ['--match PATTERN', 'only Node.js processes whose command line matches this extended regular expression'],
      ['--seconds N', '1 to 600; 10'],
      ['--hz N', 'samples a second and CPU, 1 to 4999; 99'],
      ['--engine NAME', 'perf (auto), or v8: V8’s own profiler, without perf and root, JavaScript only'],
      ['--install-perf', 'lets the package manager install perf when it is missing'],
      ['-o, --output FILE', 'the capture'],
    ],
  },
  profile: {
    usage: 'profile INSTANCE_ID [SECONDS] [PID] [--peer ID] [--hz N] [-o NAME] [--no-open]',
    about: `Profiles an instance through SSM without any alarm, and opens the flame graph. ${ENVIRONMENT}`,
    options: [
      ['--peer ID', 'an instance to record at the same second and to compare with'],
      ['--hz N', 'samples a second and CPU, 1 to 4999; CAPTURE_HZ'],
      ['-o, --output NAME', 'how the names of the files begin; the instance and the time'],
      ['--no-open', 'opens no browser'],
    ],
  },
  collapse: {
    usage: 'collapse FILE|- [--perf-map FILE …] [-o FILE]',
    about: 'Any profile as folded stacks, one line a stack, on standard output.',
    options: [
      ['--canonical', 'one name a function; otherwise names as stackcollapse-perf.pl prints them'],
      ['--samples', 'numbers of samples; otherwise sums of periods'],
      ...READING,
      OUTPUT,
    ],
  },
  flamegraph: {
    usage: 'flamegraph FILE|- -o OUT.svg|OUT.png [--title TEXT]',
    about: 'The flame graph of a profile: an interactive SVG that needs nothing else, or a picture.',
    options: [['-o, --output FILE', 'ends in .svg or .png'], ['--title TEXT', 'the name of the file'], ...READING],
  },
  compare: {
    usage: 'compare HEALTHY [HEALTHY …] HOT [--json] [-o OUT.svg] [--requests LIST]',
    about: 'What the hot profile burns more than the healthy ones: verdict and findings on standard output.',
    options: [
      ['--json', 'as JSON'],
      ['-o, --output FILE', 'the differential flame graph, .svg'],
      ['--requests LIST', 'requests a second for each file, with commas: tells a slower service from more traffic'],
      ...READING,
    ],
  },
  export: {
    usage: 'export FILE|- --format folded|speedscope|pprof [-o FILE]',
    about: 'A profile in the format of another tool.',
    options: [['--format NAME', 'folded, speedscope or pprof'], ...READING, OUTPUT],
  },
  script: {
    usage: 'script [run|fetch|clean|source]',
    about:
      'Prints a script as it is sent to an instance: to record (run), send more of a result (fetch) or remove it (clean).',
  },
  plan: {
    usage: 'plan ALARM.json|-',
    about: `What this alarm would lead to now: decision, instances and why. Changes nothing. ${ENVIRONMENT}`,
  },
  replay: {
    usage: 'replay NOTIFICATION.json|- [--force]',
    about: `Takes a stored notification through to the mail, as if it came now. ${ENVIRONMENT}`,
    options: [['--force', 'limits do not hold']],
  },
  doctor: {
    usage: 'doctor [INSTANCE_ID]',
    about: `Checks configuration, permissions, topics, alarms and mail, and records one second of the instance. ${ENVIRONMENT}`,
  },
  subscribe: {
    usage: 'subscribe [--endpoint URL]',
    about: `Asks SNS to deliver the topics to the service, which confirms by itself. ${ENVIRONMENT}`,
    options: [['--endpoint URL', 'where to; PUBLIC_URL/sns']],
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
  return `Usage:\n${lines.join('\n')}\n\nsmokejumper COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 wrong usage.\n`;
}
