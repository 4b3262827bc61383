/**
 * What each command takes: the one declaration from which arguments are parsed, and from which help, completion and
 * docs/command-line.md are printed. A command of two words belongs to the family of its first one.
 */
import type { Command } from './table/command.ts';
import {
  COLOR,
  FILTERS,
  HZ,
  INCIDENT,
  INSTALL_PERF,
  INSTANCE,
  JSON_OUTPUT,
  OUTPUT,
  PROFILE,
  READING,
  V8,
  V8_PROCESSES,
  WHO,
  WRITTEN_JSON,
} from './table/options.ts';

export const COMMANDS = {
  capture: {
    heading: 'Profiles',
    usage: 'capture [--pid LIST | --match PATTERN] [--seconds N] [--hz N] [--v8 MODE] -o FILE',
    about: 'Records the Node.js processes of this machine. It runs the script that the service runs on an instance.',
    options: {
      pid: { type: 'string', value: 'LIST', help: 'only these processes, comma-separated; they need not be Node.js' },
      match: {
        type: 'string',
        value: 'PATTERN',
        help: 'only Node.js processes whose command line matches this extended regular expression',
      },
      seconds: { type: 'string', value: 'N', help: 'how many seconds to record, 1 to 600 (default 10)' },
      hz: { type: 'string', value: 'N', help: `${HZ} (default 99)` },
      v8: { ...V8, help: `${V8.help} (default off)` },
      'v8-processes': V8_PROCESSES,
      'install-perf': INSTALL_PERF,
      output: { ...OUTPUT, help: 'where to write the capture' },
      json: JSON_OUTPUT,
    },
    json: '`file`, `bytes`, `seconds`, `hz`',
    examples: [
      { command: 'capture --seconds 10 -o before.gz', does: 'all Node.js processes of this machine, for 10 s' },
      { command: 'capture --pid 4711 --v8 lines -o after.gz', does: 'one process, by perf and by V8’s own profiler' },
    ],
  },
  collapse: {
    heading: 'Profiles',
    usage: 'collapse FILE|- [--perf-map FILE …] [-o FILE] [--json]',
    about: 'Writes any profile as folded stacks, one line per stack.',
    arguments: [PROFILE],
    options: {
      canonical: {
        type: 'boolean',
        help: 'one name per function (default: names as stackcollapse-perf.pl prints them)',
      },
      samples: { type: 'boolean', help: 'numbers of samples (default: sums of periods)' },
      ...READING,
      output: OUTPUT,
      json: JSON_OUTPUT,
    },
    json: WRITTEN_JSON,
    examples: [
      { command: 'collapse perf-script.txt -o stacks.folded', does: 'the output of perf script, folded' },
      { command: 'collapse before.gz --canonical | less', does: 'a capture, one name per function' },
    ],
  },
  flamegraph: {
    heading: 'Profiles',
    usage: 'flamegraph FILE|- [-o OUT.svg|OUT.png] [--title TEXT] [--json]',
    about:
      'Draws the flame graph of a profile: a self-contained interactive SVG, or a PNG picture. Without -o it is ' +
      'named after the profile, in the working directory, and its name is printed; a file of that name is replaced ' +
      'only if it is such a flame graph.',
    arguments: [PROFILE],
    options: {
      output: { ...OUTPUT, help: 'where to write, .svg or .png (default: the name of the profile, with .svg)' },
      title: { type: 'string', value: 'TEXT', help: 'the heading (default: the name of the profile)' },
      ...READING,
      json: JSON_OUTPUT,
    },
    json: WRITTEN_JSON,
    examples: [
      { command: 'flamegraph before.gz', does: 'writes before.svg' },
      { command: 'flamegraph before.gz -o before.png', does: 'a picture of 1200 pixels, for slides and tickets' },
    ],
  },
  compare: {
    heading: 'Profiles',
    usage: 'compare HEALTHY [HEALTHY …] HOT [--json] [-o OUT.svg] [--requests LIST]',
    about: 'Says what uses more CPU in the hot profile than in the healthy ones: prints the verdict and the findings.',
    arguments: [
      { name: 'HEALTHY', help: 'one or more profiles of the service as it should be; formats as in flamegraph' },
      { name: 'HOT', help: 'the profile of the service when it burned' },
    ],
    options: {
      json: JSON_OUTPUT,
      output: {
        ...OUTPUT,
        value: 'OUT.svg',
        help: 'where to write the differential flame graph, .svg (default: none)',
      },
      requests: {
        type: 'string',
        value: 'LIST',
        help: 'requests per second of each file, comma-separated: tells a slower service from more traffic',
      },
      ...READING,
      color: COLOR,
    },
    json:
      '`verdict` (`class`, `headline`, `evidence`), `quality`, `findings` in rank order (`function`, `package`, ' +
      '`file`, `line`, `kind`, `through`, `hotCores`, `healthyCores`, `deltaCores`, `ci`, `q` …), `programs`, `hot`, ' +
      '`healthy`, `wholeProfileP`, `method`',
    examples: [
      { command: 'compare before.gz after.gz -o diff.svg', does: 'the findings, and the differential flame graph' },
      { command: 'compare peer1.gz peer2.gz hot.gz --json', does: 'two healthy profiles against a hot one, as JSON' },
    ],
  },
  export: {
    heading: 'Profiles',
    usage: 'export FILE|- --format folded|speedscope|pprof [-o FILE] [--json]',
    about: 'Writes a profile in the format of another tool.',
    arguments: [PROFILE],
    options: {
      format: {
        type: 'string',
        value: 'NAME',
        values: ['folded', 'speedscope', 'pprof'],
        help: 'folded, speedscope or pprof',
      },
      ...READING,
      output: OUTPUT,
      json: JSON_OUTPUT,
    },
    json: WRITTEN_JSON,
    examples: [
      { command: 'export before.gz --format speedscope -o before.speedscope.json', does: 'to look at in speedscope' },
      { command: 'export before.gz --format pprof -o before.pb.gz', does: 'for go tool pprof' },
    ],
  },
  profile: {
    heading: 'Instances, through SSM',
    usage: 'profile INSTANCE_ID [SECONDS] [PID] [--peer ID] [--hz N] [--v8 MODE] [-o NAME] [--no-open]',
    about: 'Profiles an instance through SSM, without an alarm, and opens the flame graph.',
    arguments: [
      INSTANCE,
      { name: 'SECONDS', help: 'how many seconds to record, 1 to 600 (default: CAPTURE_SECONDS)' },
      { name: 'PID', help: 'the one process to record there (default: all of Node.js)' },
    ],
    options: {
      peer: { type: 'string', value: 'ID', help: 'an instance to record at the same time and to compare with' },
      hz: { type: 'string', value: 'N', help: `${HZ} (default: CAPTURE_HZ)` },
      v8: { ...V8, help: `${V8.help} (default: V8_ENGINE)` },
      'v8-processes': V8_PROCESSES,
      'install-perf': { ...INSTALL_PERF, help: `${INSTALL_PERF.help} (default: CAPTURE_INSTALL_PERF)` },
      output: { ...OUTPUT, value: 'NAME', help: 'how the file names begin (default: the instance and the time)' },
      'no-open': { type: 'boolean', help: 'do not open a browser' },
      json: JSON_OUTPUT,
      color: COLOR,
    },
    json:
      '`open` (the file to look at), `captures` (`instanceId`, `file`, `flamegraph`, `samples`, `drawn`, ' +
      '`warnings`), `differential` (a file, or null), `comparison` (as `compare --json` has it, or null)',
    environment: true,
    examples: [
      { command: 'profile i-0123456789abcdef0 30', does: 'all Node.js processes of the instance, for 30 s' },
      {
        command: 'profile i-0123456789abcdef0 30 --peer i-0fedcba9876543210',
        does: 'two instances, and the difference',
      },
    ],
  },
  script: {
    heading: 'Instances, through SSM',
    usage: 'script [run|fetch|clean|source|confirm|document]',
    about: 'Prints what is sent to an instance, for review.',
    arguments: [
      {
        name: 'WHAT',
        values: ['run', 'fetch', 'clean', 'source', 'confirm', 'document'],
        help:
          'the script that records (run, the default), sends more of a result (fetch), removes it (clean), reads ' +
          'source text (source) or records with inlining off (confirm); or the SSM document with all of them, and ' +
          'how to create it (document)',
      },
    ],
    options: {},
    examples: [
      { command: 'script | less', does: 'the script that records' },
      { command: 'script document >smokejumper-profile.json', does: 'the SSM document' },
    ],
  },
  serve: {
    heading: 'The service and its incidents',
    usage: 'serve',
    about: 'Runs the service: receives alarms from SNS, profiles, reports. Ends on SIGINT or SIGTERM.',
    options: {},
    environment: true,
    examples: [{ command: 'serve', does: 'the address is on stderr, and so is the log, a JSON object a line' }],
  },
  doctor: {
    heading: 'The service and its incidents',
    usage: 'doctor [INSTANCE_ID] [--send-mail [ADDRESS]] [--json]',
    about:
      'Checks configuration, permissions, topics, alarms and mail, and records the instance for one second. Fails ' +
      'when something does not work, when no alarm reaches the service, and when nobody would be told.',
    arguments: [
      INSTANCE,
      { name: 'ADDRESS', help: 'with --send-mail: who gets the test mail (default: MAIL_TO); names an @' },
    ],
    options: {
      'send-mail': { type: 'boolean', help: 'send a test mail, the way reports go' },
      json: JSON_OUTPUT,
      color: COLOR,
    },
    json:
      '`ready`, and `checks`: `name`, `state` (`ok`, `note`: works, but read it; `missing`: works, but nothing would ' +
      'fire or nobody be told; `failed`), `text`, `fix` (what to do, or null)',
    environment: true,
    examples: [
      { command: 'doctor i-0123456789abcdef0', does: 'the service and one instance of the fleet' },
      { command: 'doctor --send-mail oncall@example.com', does: 'whether mail arrives' },
    ],
  },
  subscribe: {
    heading: 'The service and its incidents',
    usage: 'subscribe [--endpoint URL] [--json]',
    about: 'Asks SNS to deliver the topics to the service, which confirms the subscriptions by itself.',
    options: {
      endpoint: { type: 'string', value: 'URL', help: 'where SNS delivers (default: PUBLIC_URL/sns)' },
      json: JSON_OUTPUT,
    },
    json: '`endpoint`, and `subscriptions`: `topicArn`, `subscriptionArn`',
    environment: true,
    examples: [{ command: 'subscribe', does: 'each topic of SNS_TOPIC_ARNS to PUBLIC_URL/sns' }],
  },
  plan: {
    heading: 'The service and its incidents',
    usage: 'plan ALARM_FILE|- [--json]',
    about: 'Shows what this alarm would lead to now: decision, instances and why. Changes nothing.',
    arguments: [
      {
        name: 'ALARM_FILE',
        help: 'a notification as SNS posted it, a Lambda event, or the alarm message alone, as JSON',
      },
    ],
    options: { json: JSON_OUTPUT },
    json:
      '`alarms`: `name`, `state`, `decision` (`outcome`, `reason`), and of an accepted one `group`, `hot`, `peers`, ' +
      '`members` (`instanceId`, `role`, `reason`), `missing`, `also` (`name`, `scope`: further groups under a ' +
      'composite alarm), `capture` (`seconds`, `hz`, `document`, or null), `notifies`',
    environment: true,
    examples: [{ command: 'plan alarm.json', does: 'whom the alarm would profile, and why' }],
  },
  replay: {
    heading: 'The service and its incidents',
    usage: 'replay NOTIFICATION_FILE|- [--force] [--json]',
    about: 'Takes a stored notification all the way to the mail, as if it had just arrived.',
    arguments: [{ name: 'NOTIFICATION_FILE', help: 'as for plan; its signature is not checked' }],
    options: {
      force: { type: 'boolean', help: 'profile even if the limits or filters say no' },
      json: JSON_OUTPUT,
    },
    json: '`alarms`: `name`, `outcome`, `reason`, `incidentId` and `state` (both null where no incident was opened)',
    environment: true,
    examples: [{ command: 'replay alarm.json', does: 'the whole chain; prints the id of the incident' }],
  },
  drill: {
    heading: 'The service and its incidents',
    usage: 'drill INSTANCE_ID [--to ADDRESS|--no-mail] [--seconds N] [--json]',
    about:
      'Takes the whole way from an alarm to the mail, harmlessly: records this instance and a healthy peer, compares ' +
      'them, and mails a report that is marked as a drill. No alarm is delayed by it, and no limit, list or history ' +
      'counts it. It may run beside the service or without it.',
    arguments: [INSTANCE],
    options: {
      to: { type: 'string', value: 'ADDRESS', help: 'who gets the mail (default: MAIL_TO)' },
      'no-mail': { type: 'boolean', help: 'write the report and mail it to nobody' },
      target: {
        type: 'string',
        value: 'ACCOUNT/REGION',
        help: 'of the instance: a target of RULES_FILE (default: where the service is)',
      },
      seconds: { type: 'string', value: 'N', help: 'how many seconds to record, 1 to 600 (default: CAPTURE_SECONDS)' },
      as: WHO,
      json: JSON_OUTPUT,
    },
    json:
      '`incidentId`, `url` (of its page), `headline`, `hot`, `peers`, `mailedTo`, `faults` (in words; empty when all ' +
      'went well)',
    environment: true,
    examples: [
      { command: 'drill i-0123456789abcdef0', does: 'whether all works, before the night; ends with 1 if not' },
      { command: 'drill i-0123456789abcdef0 --to me@example.com --seconds 5', does: 'a short one, to one person' },
    ],
  },
  'incidents list': {
    heading: 'The service and its incidents',
    usage: 'incidents list [WORD …] [--group NAME] [--function NAME] [--from DATE] [--limit N] [--json]',
    about: 'Lists incidents, the newest first. Reads DATA_DIR, also while the service runs, and changes nothing.',
    arguments: [
      {
        name: 'WORD',
        help:
          'only incidents in which all these words occur, whole or in part: in alarm, group, instance, id, headline, ' +
          'and the functions, packages and files that the findings name',
      },
    ],
    options: {
      ...FILTERS,
      limit: { type: 'string', value: 'N', help: 'how many at most, 1 to 500 (default 20)' },
      before: {
        type: 'string',
        value: 'CURSOR',
        help: 'go on behind a page: its last line, or `older`, has the cursor',
      },
      json: JSON_OUTPUT,
      color: COLOR,
    },
    json: '`incidents` (as /api/v1/incidents has them), `total` (or null), `older` (a cursor for --before, or null)',
    environment: true,
    examples: [
      { command: 'incidents list --group web-prod', does: 'the newest 20 of a group' },
      { command: 'incidents list parseHTML htmlparser2', does: 'those whose report names both' },
      { command: 'incidents list --state burning --from 2026-05-03', does: 'what burns since that day' },
    ],
  },
  'incidents show': {
    heading: 'The service and its incidents',
    usage: 'incidents show ID [--json]',
    about: 'Prints the report of an incident as text, and how it came about.',
    arguments: [INCIDENT],
    options: { json: JSON_OUTPUT, color: COLOR },
    json: 'the incident with `report`, `events`, `notifications`, `deliveries`, `files`, `recordings`',
    environment: true,
    examples: [{ command: 'incidents show latest | less', does: 'the newest incident' }],
  },
  'incidents export': {
    heading: 'The service and its incidents',
    usage: 'incidents export ID [-o FOLDER] [--json]',
    about:
      'Writes all files of an incident into a folder: report.html, mail.eml, the flame graphs as SVG and PNG, ' +
      'incident.json and the captures. A folder that holds anything else is left alone.',
    arguments: [INCIDENT],
    options: {
      output: { ...OUTPUT, value: 'FOLDER', help: 'where to write (default: a folder named by the id)' },
      json: JSON_OUTPUT,
    },
    json: '`folder`, `files` (`name`, `bytes`), `missing` (`name`, `code`, `message`)',
    environment: true,
    examples: [{ command: 'incidents export latest -o fire', does: 'the newest incident, into the folder fire' }],
  },
  'incidents import': {
    heading: 'The service and its incidents',
    usage: 'incidents import FOLDER … [--at TIME[,TIME …]] [--new-ids] [--label LABEL] [--json]',
    about:
      'Takes incidents that were exported into DATA_DIR, also while the service runs: report, captures, how it came ' +
      'about, notes and labels. They are over: nothing is captured, and nobody is told. One that is there already ' +
      'is left alone; another one of its id is an error.',
    arguments: [{ name: 'FOLDER', help: 'as incidents export has written it; a folder may be named more than once' }],
    options: {
      at: {
        type: 'string',
        value: 'TIME',
        help: 'when each opened, comma-separated, instead of when it did: 2026-05-03, or 2026-05-03T14:00Z',
      },
      'new-ids': { type: 'boolean', help: 'give it another id: a copy beside the one that is there' },
      label: { type: 'string', multiple: true, value: 'LABEL', help: 'put this label on each; may be repeated' },
      as: WHO,
      json: JSON_OUTPUT,
    },
    json: '`incidents`: `folder`, `id`, `openedAtMs`, `isNew`; the oldest first',
    environment: true,
    examples: [
      { command: 'incidents import fire', does: 'the incident of the folder fire, from another installation' },
      { command: 'incidents import fire --new-ids --at 2026-05-03T14:00Z', does: 'a copy with another date' },
    ],
  },
  mute: {
    heading: 'The service and its incidents',
    usage: 'mute GROUP 30m|2h|3d|off [--reason TEXT] [--as NAME] | mute --list [--json]',
    about: 'Notes the alarms of a group for a while and captures nothing. It may run beside the service.',
    arguments: [{ name: 'GROUP', help: 'an Auto Scaling group; then for how long, 30 days at most, or off' }],
    options: {
      reason: { type: 'string', value: 'TEXT', help: 'why, for whoever misses an alarm' },
      as: WHO,
      list: { type: 'boolean', help: 'print the groups that are muted' },
      json: JSON_OUTPUT,
    },
    json: '`mutes`: `group`, `untilMs`, `by`, `atMs`, `reason` (or null); empty after `off`',
    environment: true,
    examples: [{ command: 'mute web-prod 2h --reason "load test"', does: 'no captures until then' }],
  },
  unmute: {
    heading: 'The service and its incidents',
    usage: 'unmute GROUP [--as NAME]',
    about: 'Captures the alarms of a muted group again.',
    arguments: [{ name: 'GROUP', help: 'as mute --list prints it' }],
    options: { as: WHO },
    environment: true,
    examples: [{ command: 'unmute web-prod', does: 'the mute is over' }],
  },
  'rules check': {
    heading: 'The service and its incidents',
    usage: 'rules check [FILE] [--json]',
    about:
      'Checks a rules file: prints what its rules match and set, or all that is wrong, with line, column and what to ' +
      'do. Changes nothing.',
    arguments: [{ name: 'FILE', help: 'YAML or JSON (default: the file that RULES_FILE names)' }],
    options: { json: JSON_OUTPUT, color: COLOR },
    json:
      '`file`, `faults` (`line`, `column`, `text`; none in a good file), `defaults` and `rules` (`name`, `match`, ' +
      '`settings`; null in a bad one)',
    examples: [{ command: 'rules check rules.yaml', does: 'whether the service would take it; ends with 1 if not' }],
  },
  'rules explain': {
    heading: 'The service and its incidents',
    usage: 'rules explain ALARM_FILE|- [--rules FILE] [--json]',
    about:
      'Says which rule an alarm has and why the others are not it, and what holds for it: each setting, and whether ' +
      'the rule says it, the defaults of the file, or a variable. Changes nothing and asks nobody.',
    arguments: [{ name: 'ALARM_FILE', help: 'as for plan' }],
    options: {
      rules: { type: 'string', value: 'FILE', help: 'YAML or JSON (default: the file that RULES_FILE names)' },
      json: JSON_OUTPUT,
    },
    json:
      '`alarms`: `name`, `accountId`, `region`, `groups`, `rules` (`name`, `applies`, `why`), `settings` (`setting`, ' +
      '`from`)',
    environment: true,
    examples: [{ command: 'rules explain alarm.json --rules rules.yaml', does: 'who would be told of this alarm' }],
  },
  prune: {
    heading: 'The service and its incidents',
    usage: 'prune [--dry-run] [--json]',
    about:
      'Deletes incidents, files and notifications that are kept no longer. The service does so by itself; this may ' +
      'run beside it.',
    options: {
      'dry-run': { type: 'boolean', help: 'only say what would be deleted' },
      json: JSON_OUTPUT,
    },
    json: '`dryRun`, `incidents`, `files`, `fileBytes`, `notifications`, `bodies`',
    environment: true,
    examples: [{ command: 'prune --dry-run', does: 'what is kept no longer' }],
  },
  backup: {
    heading: 'The service and its incidents',
    usage: 'backup FOLDER [--json]',
    about:
      'Copies the data folder, also while the service runs: the database as it is at one moment, checked, and the ' +
      'files that it names. A folder with an earlier backup is brought up to date. To restore, start the service ' +
      'with DATA_DIR set to the backup, or to a copy of it. Ends with 1 when a file was missing or damaged.',
    arguments: [{ name: 'FOLDER', help: 'empty, or not there, or with an earlier backup' }],
    options: { json: JSON_OUTPUT },
    json:
      '`folder`, `databaseBytes`, `files` (that the database names), `copied`, `copiedBytes`, `removed`, `missing` ' +
      'and `damaged` (names of files)',
    environment: true,
    examples: [{ command: 'backup /mnt/backup/smokejumper', does: 'every night; files are copied once' }],
  },
  completion: {
    heading: 'This command line',
    usage: 'completion bash|zsh|fish',
    about: 'Prints a script that completes commands, options and values in a shell.',
    arguments: [{ name: 'SHELL', values: ['bash', 'zsh', 'fish'], help: 'the shell that is to run the script' }],
    options: {},
    examples: [
      { command: 'completion bash >~/.local/share/bash-completion/completions/smokejumper', does: 'for bash' },
      { command: 'completion zsh >~/.zfunc/_smokejumper', does: 'for zsh, where ~/.zfunc is in fpath' },
      { command: 'completion fish >~/.config/fish/completions/smokejumper.fish', does: 'for fish' },
    ],
  },
  help: {
    heading: 'This command line',
    usage: 'help [COMMAND]',
    about: 'Lists the commands, or explains one. So do --help and -h.',
    arguments: [{ name: 'COMMAND', help: 'a command, or the first word of several: incidents' }],
    options: {},
    examples: [{ command: 'help compare', does: 'as compare --help' }],
  },
  version: {
    heading: 'This command line',
    usage: 'version',
    about: 'Prints the version. So do --version and -V.',
    options: {},
    examples: [{ command: 'version', does: 'of this program, of Node.js, and the platform' }],
  },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;

/** Those that a person may mean by one word: itself, or the family `incidents`. */
export function commandsCalled(word: string): readonly CommandName[] {
  return (Object.keys(COMMANDS) as CommandName[]).filter((name) => name === word || name.startsWith(`${word} `));
}
