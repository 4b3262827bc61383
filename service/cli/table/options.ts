/** Options that several commands have. */
import { STATE_FILTERS } from '../../incidents/incident-filter.ts';

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
/** What is printed by the commands that write one profile. */
export const WRITTEN_JSON =
  '`file`, `format`, `source` (of the profile), `unit` (what is counted), `samples`, `drawn`, `filtered` (by ' +
  'reason), `lost`, `processes` (`pid`, or null, and `name`), `warnings`';
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
export const WHO = {
  type: 'string',
  value: 'NAME',
  help: 'who does it, for the audit trail (default: the user of this machine)',
} as const;

const one = <const Value extends string>(value: Value, help: string) => ({ type: 'string', value, help }) as const;

/** What lists of incidents are narrowed by, as on the page. */
export const FILTERS = {
  group: one('NAME', 'only those of this Auto Scaling group'),
  function: one('NAME', 'only those with a finding in this function'),
  package: one('NAME', 'only those with a finding in this package'),
  verdict: one('CLASS', 'only those with this verdict: "hot path"'),
  state: { ...one('STATE', `only those that are ${STATE_FILTERS.join(', ')}`), values: STATE_FILTERS },
  alarm: one('NAME', 'only those of this alarm'),
  instance: one('ID', 'only those with this hot instance'),
  label: one('LABEL', 'only those with this label'),
  account: one('NUMBER', 'only those of this account'),
  region: one('REGION', 'only those of this region'),
  cause: one('ID', 'only those with the same cause as this incident'),
  from: one('TIME', 'only those opened since: 2026-05-03, or 2026-05-03T14:00Z'),
  to: one('TIME', 'only those opened until; a date includes its day'),
} as const;
