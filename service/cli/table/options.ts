/** Options that several commands have. */

/** A profile that any command reads. */
export const PROFILE = {
  name: 'FILE',
  help:
    'a capture of this program, perf script text, folded stacks, .cpuprofile, pprof or speedscope JSON; also gzipped ' +
    'or zstd; - for standard input',
} as const;
export const READING = {
  'perf-map': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'a perf-PID.map that names generated code; may be repeated',
  },
  event: { type: 'string', value: 'NAME', help: 'the event to draw, if the profile has several' },
  column: {
    type: 'string',
    value: '1|2',
    values: ['1', '2'],
    help: 'which count of a folded differential to draw (default 2)',
  },
  'release-dir': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a directory whose name changes with each release, * for the part that changes: "gen-*"; may be repeated',
  },
} as const;
export const OUTPUT = {
  type: 'string',
  short: 'o',
  value: 'FILE',
  help: 'where to write (default: standard output)',
} as const;
export const V8 = {
  type: 'string',
  value: 'MODE',
  values: ['off', 'fallback', 'lines'],
  help:
    'let V8’s own profiler visit processes as well, through SIGUSR1: off, fallback (those without a perf map) or ' +
    'lines (all)',
} as const;
export const V8_PROCESSES = {
  type: 'string',
  value: 'N',
  help: 'how many processes it visits at most, the hottest first (default 4)',
} as const;
export const INSTALL_PERF = {
  type: 'boolean',
  help: 'let the package manager install perf if it is missing',
} as const;
export const HZ = 'samples per second per CPU, 1 to 4999';
export const JSON_OUTPUT = { type: 'boolean', help: 'print JSON on standard output' } as const;
export const COLOR = {
  type: 'string',
  value: 'WHEN',
  values: ['auto', 'always', 'never'],
  help: 'auto, always or never (default auto: on a terminal, unless NO_COLOR is set; FORCE_COLOR counts, too)',
} as const;
export const INSTANCE = { name: 'INSTANCE_ID', help: 'an EC2 instance, such as i-0123456789abcdef0' } as const;
export const INCIDENT = {
  name: 'ID',
  help: 'the id of an incident, as `incidents list` and the address of its page have it; or latest',
} as const;
