/**
 * Who may import whom: the one list of rooms, in the order in which data goes through them. A room may import rooms
 * above it only. `test/architecture/imports.test.ts` holds the code to it, and docs/architecture.md prints it.
 */
export interface Room {
  /** A folder, or a file without its ending; of nested ones the longest counts. */
  readonly path: string;
  readonly does: string;
  /**
   * Rooms, folders and files of `service/` (in the sandbox: of the root). `type:` allows types only, `*` all rooms
   * above.
   */
  readonly rooms: readonly string[];
  /** Packages and modules of Node; `@aws-sdk/*` and `node:*` are any of them. */
  readonly packages: readonly string[];
}

export const ROOMS: readonly Room[] = [
  {
    path: 'service/shared',
    does: 'errors, clock, ids, logger type',
    rooms: [],
    packages: [],
  },
  {
    path: 'service/profile',
    does: 'importers → `Profile`, frame identity, JIT repair, exporters',
    rooms: ['shared/errors', 'shared/text'],
    packages: [],
  },
  {
    path: 'service/compare',
    does: 'two profiles → differential, findings, verdict',
    rooms: ['shared/errors', 'shared/text', 'profile'],
    packages: [],
  },
  {
    path: 'service/flamegraph',
    does: 'tree or differential → SVG and its viewer',
    rooms: ['profile', 'type:compare', 'shared/text', 'compare/counting-words'],
    packages: [],
  },
  {
    path: 'service/alarms',
    does: 'SNS envelope, signature, alarm shapes',
    rooms: ['shared'],
    packages: ['zod', 'node:crypto'],
  },
  {
    path: 'service/rules',
    does: 'limits, cooldown, re-arm → a decision with a reason',
    rooms: ['type:shared', 'shared/text', 'type:alarms', 'alarms/cpu-metric'],
    packages: [],
  },
  {
    path: 'service/rules-file',
    does: 'the rules that operators write, read and checked whole',
    rooms: ['type:shared', 'shared/errors', 'shared/text', 'alarms/arn', 'rules/rule-book'],
    packages: ['yaml'],
  },
  {
    path: 'service/fleet',
    does: 'members and metrics → hot instance, peers, why each',
    rooms: ['type:shared', 'shared/text'],
    packages: [],
  },
  {
    path: 'service/capture',
    does: 'plan, script text, reading the result back',
    rooms: ['shared/errors'],
    packages: ['zod'],
  },
  {
    path: 'service/report',
    does: 'what a report says: data, models, sections, mail, report file',
    rooms: [
      'type:profile',
      'type:compare',
      'shared/ids',
      'shared/text',
      'compare/counting-words',
      'compare/program-words',
      'capture/source-script',
    ],
    packages: ['handlebars'],
  },
  {
    path: 'service/convert',
    does: 'the edge of the pure core: streams, compression, protobuf',
    rooms: ['shared/errors', 'profile'],
    packages: ['pprof-format', 'node:*'],
  },
  {
    path: 'service/raster',
    does: 'SVG → PNG',
    rooms: [],
    packages: ['@resvg/resvg-js', 'dejavu-fonts-ttf', 'node:module', 'node:path'],
  },
  {
    path: 'service/incidents',
    does: 'states, steps, runner; `ports.ts` and `store-port.ts` say what it needs',
    rooms: [
      'shared',
      'type:profile',
      'profile/function-tree',
      'profile/container',
      'profile/identity/js-symbol',
      'profile/identity/source-path',
      'profile/line-ticks',
      'compare/differential',
      'type:compare',
      'type:convert/export-profile',
      'alarms',
      'type:rules',
      'rules/decide',
      'rules/mute',
      'rules/quiet-hours',
      'rules/second',
      'fleet',
      'capture',
      'report',
    ],
    packages: [],
  },
  {
    path: 'service/analysis',
    does: 'adapter: worker threads for what costs CPU, and the cache of what they make',
    rooms: [
      'shared/errors',
      'shared/wire-error',
      'type:shared',
      'alarms/cpu-metric',
      'type:profile',
      'profile/align-functions',
      'profile/container',
      'profile/root-by-process',
      'compare',
      'flamegraph',
      'convert',
      'raster',
      'report',
      'incidents',
    ],
    packages: ['node:*'],
  },
  {
    path: 'service/pages',
    does: 'the web pages and their scripts',
    rooms: [
      'report',
      'type:rules/mute',
      'type:incidents',
      'incidents/incident',
      'incidents/incident-filter',
      'incidents/history/function-key',
      'incidents/triage/triage',
      'flamegraph/viewer/sync',
      'shared/text',
    ],
    packages: ['markdown-it'],
  },
  {
    path: 'service/store',
    does: 'adapter: SQLite and files',
    rooms: [
      'shared',
      'type:compare',
      'type:alarms',
      'type:rules',
      'rules/notification-facts',
      'rules/ruling',
      'type:fleet',
      'type:report',
      'type:incidents',
      'incidents/incident',
      'incidents/incident-filter',
      'incidents/history',
      'incidents/retention',
      'incidents/triage',
    ],
    packages: ['better-sqlite3', 'node:*'],
  },
  {
    path: 'service/aws',
    does: 'adapter: AWS SDK',
    rooms: ['shared', 'type:alarms', 'type:fleet/member', 'type:capture/script-call', 'type:incidents/ports'],
    packages: ['@aws-sdk/*', 'node:crypto', 'node:stream'],
  },
  {
    path: 'service/mail',
    does: 'adapter: SMTP and SES',
    rooms: ['shared', 'type:incidents/ports'],
    packages: ['nodemailer', '@aws-sdk/client-sesv2', 'node:*'],
  },
  {
    path: 'service/http',
    does: 'Express: SNS endpoint, pages, exports, speedscope, API, health, metrics',
    rooms: [
      'type:shared',
      'shared/deadline',
      'shared/errors',
      'shared/text',
      'report',
      'type:incidents',
      'incidents/incident',
      'incidents/incident-filter',
      'incidents/notification',
      'incidents/triage',
      'pages',
    ],
    packages: ['express', 'speedscope', '@fastify/busboy', 'node:*'],
  },
  {
    path: 'service/config',
    does: 'the environment, read and checked once',
    rooms: ['shared/errors', 'shared/queue-address', 'shared/source-url', 'shared/text', 'capture/capture-script'],
    packages: ['zod', 'node:path'],
  },
  {
    path: 'service/remote-scripts',
    does: 'reads the parts of what runs on an instance, once; the SSM document with it',
    rooms: ['capture/assemble-script', 'capture/short-programs.generated', 'capture/ssm-document'],
    packages: ['node:crypto', 'node:fs', 'node:path', 'node:zlib'],
  },
  {
    path: 'service/rules-text',
    does: 'reads the text of a rules file, as much of it as may be',
    rooms: ['rules-file', 'shared/errors', 'shared/text'],
    packages: ['node:fs'],
  },
  {
    path: 'service/compose',
    does: 'builds the parts from the configuration',
    rooms: ['*'],
    packages: ['express', 'node:*'],
  },
  {
    path: 'service/main',
    does: 'starts and stops them',
    rooms: ['*'],
    packages: ['express', 'pino', 'node:*'],
  },
  {
    path: 'service/cli',
    does: 'command line',
    rooms: ['*'],
    packages: ['@aws-sdk/*', 'pino', 'zod', 'node:*'],
  },
  {
    path: 'sandbox/mail-ingest',
    does: 'the service that the instances run, and what burns',
    rooms: [],
    packages: ['htmlparser2', 'sanitize-html', 'node:*'],
  },
  {
    path: 'sandbox/fleet',
    does: 'instances: real process trees with their own view of the machine',
    rooms: [],
    packages: ['node:*'],
  },
  {
    path: 'sandbox/aws',
    does: 'AWS on one local port: the real protocols and signatures',
    rooms: ['type:sandbox/fleet/instance'],
    packages: ['mailparser', 'nodemailer', 'node:*'],
  },
  {
    path: 'sandbox/faults',
    does: 'a proxy in front of that AWS which makes chosen calls fail',
    rooms: ['sandbox/aws'],
    packages: ['node:*'],
  },
  {
    path: 'sandbox/demo',
    does: 'the demo: fleet, AWS and service together',
    rooms: ['sandbox/fleet', 'sandbox/aws', 'sandbox/faults'],
    packages: ['@aws-sdk/*', 'node:*'],
  },
];
