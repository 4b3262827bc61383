/** Reports as incidents produce them, made by hand: for tests, and to look at. */
import type { Finding } from '../../service/compare/differential.ts';
import type { IncidentView } from '../../service/incidents/incident-view.ts';
import { NO_TRIAGE } from '../../service/incidents/triage/triage.ts';
import type { ReportCapture, ReportData } from '../../service/report/report-data.ts';
import type { GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';

/** 2026-03-14T03:12:07Z, the hour when such mails are read. */
export const OPENED_MS = Date.UTC(2026, 2, 14, 3, 12, 7);
const HOT = 'i-0abc1f52e8d7793aa';
const PEER = 'i-0def44b10c3a92e51';

const parseHtml: Finding = {
  fn: 41,
  function: 'Parser.parseHTML',
  package: 'htmlparser2',
  packageVersion: '9.1.0',
  file: '/srv/app/node_modules/htmlparser2/lib/Parser.js',
  line: 212,
  hotLine: 219,
  kind: 'total',
  through: null,
  calledFrom: 'ingestMail (src/ingest.js:41)',
  explains: 0.84,
  route: [
    '(root)',
    'processTicksAndRejections',
    'onRequest',
    'ingestMail',
    'extractLinks',
    'parseDocument',
    'Parser.end',
    'Tokenizer.parse',
    'Parser.onattribend',
    'Parser.parseHTML',
  ],
  notes: ['Inlined callees are included: the function runs optimised (91 %).'],
  hotCores: 1.412,
  healthyCores: 0.021,
  deltaCores: 1.391,
  ci: [1.221, 1.561],
  q: 0.0000021,
  hotSamples: 1398,
  healthySamples: 21,
  significant: true,
  change: 'grown',
};

const stringify: Finding = {
  ...parseHtml,
  fn: 77,
  function: 'decodeEnvelope',
  package: null,
  packageVersion: null,
  file: '/srv/app/src/envelope.js',
  line: 88,
  kind: 'self',
  through: 'JSON.parse',
  calledFrom: null,
  explains: 0.09,
  route: ['(root)', 'onRequest', 'decodeEnvelope'],
  notes: [],
  hotCores: 0.31,
  healthyCores: 0.16,
  deltaCores: 0.15,
  ci: [0.06, 0.24],
  q: 0.012,
  hotSamples: 307,
  healthySamples: 158,
};

const compress: Finding = {
  ...stringify,
  fn: 90,
  function: 'Gzip.processChunk',
  package: 'fast-zip',
  packageVersion: '2.0.1',
  file: '/srv/app/node_modules/fast-zip/lib/gzip.js',
  line: 19,
  through: 'deflate_slow',
  calledFrom: 'storeBody (src/store.js:17)',
  explains: null,
  hotCores: 0.06,
  healthyCores: 0.18,
  deltaCores: -0.12,
  ci: [-0.19, -0.05],
  q: 0.031,
  hotSamples: 59,
  healthySamples: 178,
  change: 'shrunk',
};

const hotCapture: ReportCapture = {
  captureId: 'c-01',
  role: 'hot',
  instanceId: HOT,
  failure: null,
  startedAtMs: OPENED_MS + 14_000,
  seconds: 10,
  hz: 99,
  samples: 1873,
  cores: 1.89,
  processes: [
    { pid: 2211, name: 'node worker.js', cpuSeconds: 9.6 },
    { pid: 2212, name: 'node worker.js', cpuSeconds: 9.1 },
    { pid: 2190, name: 'node cluster.js', cpuSeconds: 0.2 },
  ],
  ledger: {
    recorded: 2104,
    drawn: 1873,
    filtered: { idle: 88, 'other process': 143 },
    lost: 0,
    jit: { frames: 21_400, repaired: 7_940, ambiguous: 64, unresolved: 12 },
  },
  jit: { frames: 21_400, repaired: 7_940, ambiguous: 64, unresolved: 12 },
  warnings: [],
};

const peerCapture: ReportCapture = {
  ...hotCapture,
  captureId: 'c-02',
  role: 'peer',
  instanceId: PEER,
  samples: 402,
  cores: 0.41,
  processes: [
    { pid: 1877, name: 'node worker.js', cpuSeconds: 2.1 },
    { pid: 1878, name: 'node worker.js', cpuSeconds: 1.9 },
  ],
  ledger: {
    recorded: 1980,
    drawn: 402,
    filtered: { idle: 1551, 'other process': 27 },
    lost: 3,
    jit: { frames: 4_100, repaired: 1_230, ambiguous: 11, unresolved: 0 },
  },
  jit: { frames: 4_100, repaired: 1_230, ambiguous: 11, unresolved: 0 },
  warnings: ['Node 22 without --interpreted-frames-native-stack: interpreted frames share one name.'],
};

/** Hot and healthy profiled, one culprit named. */
export const completeReport: ReportData = {
  version: 1,
  incidentId: '20260314-031207-7f3a',
  group: 'web-prod',
  hotInstance: HOT,
  peerInstances: [PEER],
  alarm: {
    name: 'web-prod-cpu-high',
    description: 'One instance of web-prod above 80 % CPU for 2 minutes',
    reason:
      'Threshold Crossed: 2 out of the last 2 datapoints [97.4 (14/03/26 03:11:00), 95.1 (14/03/26 03:10:00)] ' +
      'were greater than the threshold (80.0) (minimum 2 datapoints for OK -> ALARM transition).',
    metric: 'AWS/EC2 CPUUtilization',
    threshold: 80,
    observed: 97.36,
    changedAtMs: OPENED_MS - 3_000,
    region: 'eu-central-1',
    accountId: '123456789012',
  },
  members: [
    {
      instanceId: PEER,
      role: 'peer',
      reason: 'Closest to the median CPU (21 %), same instance type and launch template, up for 6 days',
      cpuPercent: 21.2,
    },
    { instanceId: HOT, role: 'hot', reason: 'Named by the alarm; highest CPU of the group', cpuPercent: 97.4 },
    {
      instanceId: 'i-0aa1f9c3d2e45b671',
      role: 'not chosen',
      reason: 'Not needed: one healthy peer is enough',
      cpuPercent: 24.8,
    },
    {
      instanceId: 'i-0c9e27f11d0b38e44',
      role: 'not chosen',
      reason: 'SSM agent offline for 14 minutes',
      cpuPercent: null,
    },
  ],
  captures: [hotCapture, peerCapture],
  shortcomings: [],
  verdict: {
    class: 'hot path',
    headline: 'parseHTML (htmlparser2) 0.02 → 1.41 cores',
    evidence: [
      'parseHTML (htmlparser2) uses 1.39 more cores, 84 % of the extra CPU.',
      'Requests per second are alike on both instances (41.2 and 40.7).',
      'No steal, no swap, garbage collection below 2 % on both.',
    ],
    pieces: {
      headline: [
        { text: 'parseHTML (htmlparser2) ', unbroken: false },
        { text: '0.02 → 1.41 cores', unbroken: true },
      ],
      evidence: [],
    },
  },
  findings: [parseHtml, stringify, compress],
  quality: { grade: 'good', issues: [] },
  hot: {
    cores: 1.89,
    accountedCores: 1.93,
    hostBusyCores: 1.97,
    samples: 1873,
    seconds: 10,
    hz: 99,
    coverage: 'Node explains 1.89 of 1.97 busy cores',
  },
  healthy: {
    cores: 0.41,
    accountedCores: 0.4,
    hostBusyCores: 0.44,
    samples: 402,
    seconds: 10,
    hz: 99,
    coverage: 'Node explains 0.41 of 0.44 busy cores',
  },
  wholeProfileP: 0.00000004,
  method: [
    'One peer: variance between hosts is not known, intervals cover this pair of recordings only.',
    'Blocks of 1 s by process, cluster ratio estimator, Benjamini–Hochberg at 5 %.',
  ],
  topFunctions: [
    {
      function: 'Parser.parseHTML',
      package: 'htmlparser2',
      file: '/srv/app/node_modules/htmlparser2/lib/Parser.js',
      line: 212,
      selfCores: 1.22,
      totalCores: 1.41,
    },
    {
      function: 'decodeEnvelope',
      package: null,
      file: '/srv/app/src/envelope.js',
      line: 88,
      selfCores: 0.31,
      totalCores: 0.33,
    },
    { function: 'epoll_wait', package: null, file: null, line: null, selfCores: 0.04, totalCores: 0.04 },
  ],
  files: [
    { name: 'report.html', bytes: 310_233 },
    { name: 'hot.svg', bytes: 84_112 },
    { name: 'healthy.svg', bytes: 51_020 },
    { name: 'differential.svg', bytes: 97_446 },
    { name: 'hot.png', bytes: 212_400 },
    { name: 'differential.json', bytes: 4_120 },
    { name: 'c-01.capture.gz', bytes: 16_118 },
    { name: 'c-02.capture.gz', bytes: 17_200 },
    { name: 'mail.json', bytes: 44_000 },
    { name: 'notes.bin', bytes: 12 },
    { name: 'mail.eml', bytes: 640_118 },
  ],
  openedAtMs: OPENED_MS,
  generatedAtMs: OPENED_MS + 29_000,
};

/** The group has no healthy member: the hot profile alone. */
export const noPeerReport: ReportData = {
  ...completeReport,
  peerInstances: [],
  members: completeReport.members.map((member) =>
    member.role === 'peer' ? { ...member, role: 'not chosen', reason: 'CPU 91 %: not healthy' } : member,
  ),
  captures: [hotCapture],
  shortcomings: [
    'No healthy peer: every other member of web-prod is above 80 % CPU or offline. There is no comparison.',
  ],
  verdict: {
    class: 'inconclusive',
    headline: 'busiest: parseHTML (htmlparser2) 1.22 cores, no healthy peer',
    evidence: [],
  },
  findings: [],
  healthy: null,
  wholeProfileP: null,
  method: [],
  files: completeReport.files.filter((file) => !/healthy|differential/.test(file.name)),
};

/** The hot instance did not let itself be profiled. */
export const failedHotReport: ReportData = {
  ...completeReport,
  captures: [
    {
      ...hotCapture,
      failure: {
        code: 'PERF_NOT_PERMITTED',
        message:
          'perf may not record on i-0abc1f52e8d7793aa: kernel.perf_event_paranoid is 4 and ' +
          'the agent does not run as root',
        hint: 'Run the SSM agent as root or set kernel.perf_event_paranoid to 1.',
      },
      startedAtMs: null,
      seconds: null,
      hz: null,
      samples: 0,
      cores: null,
      processes: [],
      ledger: null,
      jit: null,
    },
    peerCapture,
  ],
  shortcomings: ['The hot instance has no profile; the healthy one is attached.'],
  verdict: { class: 'inconclusive', headline: 'hot instance not profiled: perf is not permitted', evidence: [] },
  findings: [],
  hot: null,
  wholeProfileP: null,
  method: [],
  topFunctions: [],
  files: completeReport.files.filter((file) => !/hot|differential/.test(file.name)),
};

/** Both recorded, but too weak to compare. */
export const withheldReport: ReportData = {
  ...completeReport,
  verdict: {
    class: 'inconclusive',
    headline: 'recordings too weak to compare (112 samples)',
    evidence: ['112 samples on the hot side, 9 on the healthy side.'],
  },
  findings: [],
  quality: {
    grade: 'withheld',
    issues: [
      {
        code: 'few-samples',
        side: 'hot',
        message: 'Only 112 samples; 200 are needed',
        fix: 'Record for longer: set SMOKEJUMPER_SECONDS to 30.',
      },
      {
        code: 'no-perf-map',
        side: 'both',
        message: '61 % of the frames have no name',
        fix: 'Start Node with --perf-basic-prof-only-functions.',
      },
    ],
  },
  wholeProfileP: 0.41,
};

/** A job of the host burns, not the service. */
export const otherProcessReport: ReportData = {
  ...completeReport,
  verdict: {
    class: 'other process',
    headline:
      'gzip ×212, started by log-rotate.sh (cron.service), uses 0.97 cores, none on the peer; ' +
      'the service is not the cause',
    evidence: ['gzip used 0.97 cores more than on the healthy side; the profiled processes 0.01 more.'],
    program: {
      name: 'gzip',
      processes: 212,
      startedBy: ['log-rotate.sh', 'cron'],
      container: null,
      unit: 'cron.service',
      hotCores: 0.97,
      healthyCores: 0,
    },
  },
  findings: [],
  programs: [
    {
      name: 'gzip',
      processes: 212,
      startedBy: ['log-rotate.sh', 'cron'],
      container: null,
      unit: 'cron.service',
      hotCores: 0.97,
      healthyCores: 0,
    },
  ],
  wholeProfileP: 0.2,
};

/** Both sides recorded, and nothing that grew. */
export const nothingStandsOutReport: ReportData = {
  ...completeReport,
  verdict: {
    class: 'inconclusive',
    headline: 'no function stands out (0.41 → 0.44 cores)',
    evidence: [
      'Hot uses 0.44 cores, healthy 0.41: +0.03 (95 %: −0.05 … +0.11).',
      'As a whole, the two profiles cannot be told apart with confidence (p = 0.20).',
    ],
  },
  findings: [],
  wholeProfileP: 0.2,
};

/** What an attacker who controls every string can send. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "{{constructor.constructor('return process')()}}",
  'first\r\nBcc: victim@example.com\r\n\r\nbody',
  '\u202egnp.exe\u2066 \u0000\u001b[31m \ud800 \u2028 ]]> --> </style></title>',
  'x'.repeat(10_000),
  '&amp;&#x3c;b&#x3e;',
  '😀'.repeat(400),
] as const;

/** A report whose every text is `text` and whose every list is long. */
export function hostileReport(text: string): ReportData {
  const many = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
  const finding: Finding = {
    ...parseHtml,
    function: text,
    package: text,
    packageVersion: text,
    file: text,
    through: text,
    calledFrom: text,
    route: many(60, text),
    notes: many(20, text),
  };
  const capture: ReportCapture = {
    ...hotCapture,
    instanceId: text,
    processes: many(80, { pid: 1, name: text, cpuSeconds: 1 }),
    ledger: { ...(hotCapture.ledger as NonNullable<ReportCapture['ledger']>), filtered: { [text]: 5 } },
    warnings: many(40, text),
  };
  const failed: ReportCapture = { ...capture, role: 'peer', failure: { code: text, message: text, hint: text } };
  return {
    ...completeReport,
    under: { alarmName: text, incidentId: text, where: text },
    tied: many(20, { alarmName: text, scope: text, incidentId: text, headline: text, why: text }),
    incidentId: text,
    group: text,
    hotInstance: text,
    peerInstances: [text],
    alarm: { ...completeReport.alarm, name: text, description: text, reason: text, metric: text, region: text },
    members: many(300, { instanceId: text, role: 'not chosen', reason: text, cpuPercent: 1 }),
    captures: [capture, ...many(6, { ...capture, role: 'peer' as const }), ...many(6, failed)],
    shortcomings: many(40, text),
    verdict: { class: 'hot path', headline: text, evidence: many(40, text) },
    findings: many(60, finding),
    quality: { grade: 'fair', issues: many(40, { code: text, side: 'both', message: text, fix: text }) },
    hot: { ...(completeReport.hot as NonNullable<ReportData['hot']>), coverage: text },
    healthy: { ...(completeReport.healthy as NonNullable<ReportData['healthy']>), coverage: text },
    method: many(40, text),
    files: many(40, { name: text, bytes: 1 }),
  };
}

const PLACE = { accountId: '111122223333', region: 'eu-west-1' };

/** The incident around a report. */
export function incidentView(
  report: ReportData,
  { id = report.incidentId, ...changes }: Partial<Omit<IncidentView, 'id'>> & { readonly id?: string } = {},
): IncidentView {
  const incidentId = report.incidentId as IncidentId;
  const at = (seconds: number) => report.openedAtMs + seconds * 1000;
  return {
    id: id as IncidentId,
    state: 'notified',
    progress: null,
    ...PLACE,
    group: report.group as GroupName | null,
    alarmName: report.alarm.name,
    hotInstance: report.hotInstance as InstanceId | null,
    headline: report.verdict.headline,
    verdictClass: report.verdict.class,
    openedAtMs: report.openedAtMs,
    closedAtMs: at(641),
    again: false,
    retry: null,
    events: [
      { atMs: at(0), state: 'accepted', detail: 'web-prod-cpu-high went to ALARM' },
      { atMs: at(1), state: 'targeted', detail: `hot ${HOT}, healthy ${PEER}` },
      { atMs: at(2), state: 'dispatched', detail: 'both recordings start at 03:12:21 UTC' },
      { atMs: at(26), state: 'collected', detail: '1,873 and 402 samples' },
      { atMs: at(27), state: 'analyzed', detail: '3 findings' },
      { atMs: at(29), state: 'reported', detail: 'report, 3 graphs' },
      { atMs: at(30), state: 'notified', detail: 'mailed to oncall@example.com' },
    ],
    deliveries: [{ kind: 'report', channel: 'mail', recipient: 'oncall@example.com', state: 'sent', note: null }],
    notifications: [
      {
        id: 7,
        receivedAtMs: at(0),
        messageId: '4f2b7a1e-1b8e-5f0c-9a57-2c1f5b9f7f10',
        outcome: 'accepted',
        reason: 'ALARM of web-prod-cpu-high',
        incidentId,
        ...PLACE,
      },
      {
        id: 8,
        receivedAtMs: at(0.4),
        messageId: '4f2b7a1e-1b8e-5f0c-9a57-2c1f5b9f7f10',
        outcome: 'duplicate',
        reason: 'Message id seen before',
        incidentId,
        ...PLACE,
      },
      {
        id: 11,
        receivedAtMs: at(641),
        messageId: '9b0c2d77-0f0b-5a4e-8a39-7f5a0e3d1c22',
        outcome: 'closed',
        reason: 'OK of web-prod-cpu-high',
        incidentId,
        ...PLACE,
      },
    ],
    report,
    seen: null,
    source: null,
    triage: NO_TRIAGE,
    ...changes,
  };
}
