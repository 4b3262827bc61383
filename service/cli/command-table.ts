/** What each command takes: the one declaration from which arguments are parsed and help is printed. */

/** As `util.parseArgs` wants it, and what help says of it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in help: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  /** Behind `smokejumper `. */
  readonly usage: string;
  /** A sentence or two. */
  readonly about: string;
  /** By long name, in the order of the help. */
  readonly options: Readonly<Record<string, Option>>;
}

const READING = {
  'perf-map': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'a perf-PID.map that names generated code; may be repeated',
  },
  event: { type: 'string', value: 'NAME', help: 'the event to draw, if the profile has several' },
  column: { type: 'string', value: '1|2', help: 'which count of a folded differential to draw (default 2)' },
  'release-dir': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a directory whose name changes with each release, * for the part that changes: "gen-*"',
  },
} as const;
const OUTPUT = {
  type: 'string',
  short: 'o',
  value: 'FILE',
  help: 'where to write (default: standard output)',
} as const;
const V8 = {
  type: 'string',
  value: 'MODE',
  help:
    'let V8’s own profiler visit processes as well, through SIGUSR1: off, fallback (those without a perf map) or ' +
    'lines (all)',
} as const;
const V8_PROCESSES = {
  type: 'string',
  value: 'N',
  help: 'how many processes it visits at most, the hottest first (default 4)',
} as const;
const INSTALL_PERF = {
  type: 'boolean',
  help: 'let the package manager install perf if it is missing',
} as const;
const HZ = 'samples per second per CPU, 1 to 4999';
const WHO = { type: 'string', value: 'NAME', help: 'who does it (default: the user of this machine)' } as const;
const ENVIRONMENT = 'Reads the environment variables listed in docs/operations.md.';

export const COMMANDS = {
  serve: {
    usage: 'serve',
    about: `Runs the service: receives alarms from SNS, profiles, reports. Ends on SIGINT or SIGTERM. ${ENVIRONMENT}`,
    options: {},
  },
  capture: {
    usage: 'capture [--pid LIST | --match PATTERN] [--seconds N] [--hz N] [--v8 off|fallback|lines] -o FILE',
    about: 'Records the Node.js processes of this machine, just as the service does on an instance.',
    options: {
      pid: { type: 'string', value: 'LIST', help: 'only these processes, comma-separated; they need not be Node.js' },
      match: {
        type: 'string',
        value: 'PATTERN',
        help: 'only Node.js processes whose command line matches this extended regular expression',
      },
      seconds: { type: 'string', value: 'N', help: 'how long to record, 1 to 600 (default 10)' },
      hz: { type: 'string', value: 'N', help: `${HZ} (default 99)` },
      v8: { ...V8, help: `${V8.help} (default off)` },
      'v8-processes': V8_PROCESSES,
      'install-perf': INSTALL_PERF,
      output: { ...OUTPUT, help: 'where to write the capture' },
    },
  },
  profile: {
    usage: 'profile INSTANCE_ID [SECONDS] [PID] [--peer ID] [--hz N] [--v8 MODE] [-o NAME] [--no-open]',
    about: `Profiles an instance through SSM, without an alarm, and opens the flame graph. ${ENVIRONMENT}`,
    options: {
      peer: { type: 'string', value: 'ID', help: 'an instance to record at the same time and to compare with' },
      hz: { type: 'string', value: 'N', help: `${HZ} (default: CAPTURE_HZ)` },
      v8: { ...V8, help: `${V8.help} (default: V8_ENGINE)` },
      'v8-processes': V8_PROCESSES,
      'install-perf': { ...INSTALL_PERF, help: `${INSTALL_PERF.help} (default: CAPTURE_INSTALL_PERF)` },
      output: { ...OUTPUT, value: 'NAME', help: 'how the file names begin (default: the instance and the time)' },
      'no-open': { type: 'boolean', help: 'do not open a browser' },
    },
  },
  collapse: {
    usage: 'collapse FILE|- [--perf-map FILE …] [-o FILE]',
    about: 'Writes any profile as folded stacks, one line per stack.',
    options: {
      canonical: {
        type: 'boolean',
        help: 'one name per function (default: names as stackcollapse-perf.pl prints them)',
      },
      samples: { type: 'boolean', help: 'numbers of samples (default: sums of periods)' },
      ...READING,
      output: OUTPUT,
    },
  },
  flamegraph: {
    usage: 'flamegraph FILE|- -o OUT.svg|OUT.png [--title TEXT]',
    about: 'Draws the flame graph of a profile: a self-contained interactive SVG, or a PNG picture.',
    options: {
      output: { ...OUTPUT, help: 'where to write, .svg or .png' },
      title: { type: 'string', value: 'TEXT', help: 'the heading (default: the name of the file)' },
      ...READING,
    },
  },
  compare: {
    usage: 'compare HEALTHY [HEALTHY …] HOT [--json] [-o OUT.svg] [--requests LIST]',
    about: 'Says what uses more CPU in the hot profile than in the healthy ones: prints the verdict and the findings.',
    options: {
      json: { type: 'boolean', help: 'print JSON' },
      output: { ...OUTPUT, help: 'where to write the differential flame graph, .svg' },
      requests: {
        type: 'string',
        value: 'LIST',
        help: 'requests per second of each file, comma-separated: tells a slower service from more traffic',
      },
      ...READING,
    },
  },
  export: {
    usage: 'export FILE|- --format folded|speedscope|pprof [-o FILE]',
    about: 'Writes a profile in the format of another tool.',
    options: {
      format: { type: 'string', value: 'NAME', help: 'folded, speedscope or pprof' },
      ...READING,
      output: OUTPUT,
    },
  },
  script: {
    usage: 'script [run|fetch|clean|source|document]',
    about:
      'Prints a script as sent to an instance: to record (run), send more of a result (fetch), remove it (clean), or ' +
      'read source text (source); or the SSM document with all of them, and how to create it (document).',
    options: {},
  },
  plan: {
    usage: 'plan ALARM.json|-',
    about: `Shows what this alarm would lead to now: decision, instances and why. Changes nothing. ${ENVIRONMENT}`,
    options: {},
  },
  replay: {
    usage: 'replay NOTIFICATION.json|- [--force]',
    about: `Takes a stored notification all the way to the mail, as if it had just arrived. ${ENVIRONMENT}`,
    options: { force: { type: 'boolean', help: 'profile even if the limits or filters say no' } },
  },
  prune: {
    usage: 'prune [--dry-run]',
    about:
      'Deletes incidents, files and notifications that are kept no longer, as the service does by itself, also while ' +
      `it runs. ${ENVIRONMENT}`,
    options: { 'dry-run': { type: 'boolean', help: 'only say what would be deleted' } },
  },
  mute: {
    usage: 'mute GROUP 30m|2h|3d|off [--reason TEXT] [--as NAME] | mute --list',
    about:
      'Notes the alarms of a group for a while and captures nothing, also while the service runs; --list prints ' +
      `which groups are muted. ${ENVIRONMENT}`,
    options: {
      reason: { type: 'string', value: 'TEXT', help: 'why, for whoever misses an alarm' },
      as: WHO,
      list: { type: 'boolean', help: 'print the groups that are muted' },
    },
  },
  unmute: {
    usage: 'unmute GROUP [--as NAME]',
    about: `Captures the alarms of a muted group again. ${ENVIRONMENT}`,
    options: { as: WHO },
  },
  doctor: {
    usage: 'doctor [INSTANCE_ID]',
    about:
      'Checks configuration, permissions, topics, alarms and mail, and records the instance for one second. ' +
      ENVIRONMENT,
    options: {},
  },
  subscribe: {
    usage: 'subscribe [--endpoint URL]',
    about: `Asks SNS to deliver the topics to the service, which confirms the subscriptions by itself. ${ENVIRONMENT}`,
    options: { endpoint: { type: 'string', value: 'URL', help: 'where SNS delivers (default: PUBLIC_URL/sns)' } },
  },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;
