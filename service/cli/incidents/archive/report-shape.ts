/** The report in an `incident.json`, checked before pages draw it: it may come from anybody. */
import { z } from 'zod';
import { VERDICT_CLASSES } from '../../../compare/differential.ts';
import type { ReportData } from '../../../report/report-data.ts';
import type { InstanceId } from '../../../shared/ids.ts';
import { asInstanceId } from '../../../shared/ids.ts';

/** Longer than any text that a report of ours has. */
const MAX_TEXT = 50_000;
/** More findings, processes or members than any fleet has. */
const MAX_LIST = 2_000;
/** The last moment that a `Date` can have. */
const MAX_TIME = 8.64e15;

export const text = z.string().max(MAX_TEXT);
export const time = z.number().min(0).max(MAX_TIME);
export const list = <Shape extends z.ZodType>(shape: Shape) => z.array(shape).max(MAX_LIST);
export const captureId = z.string().regex(/^cap-[0-9a-z-]{1,60}$/);
export const incidentId = z.string().regex(/^inc-[0-9a-z-]{1,60}$/);
export const instanceId = z
  .string()
  .max(60)
  .transform((id, context): InstanceId => {
    const instance = asInstanceId(id);
    if (instance !== undefined) return instance;
    context.addIssue('no id of an instance');
    return z.NEVER;
  });
export const failure = z.object({ code: text, message: text, hint: text.nullable() });

const optional = <Shape extends z.ZodType>(shape: Shape) => z.exactOptional(shape);
/** JSON has null for what is not a number. */
const figure = z.union([z.number(), z.null().transform(() => Number.NaN)]);
const interval = z.tuple([figure, figure]);
const named = { function: text, package: text.nullable(), file: text.nullable(), line: z.number().nullable() };
const role = z.enum(['hot', 'peer']);

const change = {
  hotCores: figure,
  healthyCores: figure,
  deltaCores: figure,
  ci: interval,
  q: figure,
  hotSamples: figure,
  healthySamples: figure,
  significant: z.boolean(),
  change: z.enum(['appeared', 'vanished', 'grown', 'shrunk', 'unchanged']),
  share: optional(z.object({ hot: figure, healthy: figure, ci: interval })),
};

const finding = z.object({
  ...named,
  ...change,
  fn: z.number(),
  packageVersion: text.nullable(),
  kind: z.enum(['self', 'total']),
  through: text.nullable(),
  calledFrom: text.nullable(),
  container: optional(text),
  explains: z.number().nullable(),
  route: list(text),
  withCallees: optional(z.object({ hotCores: figure, healthyCores: figure })),
  mayHold: optional(list(z.object({ ...named, from: z.enum(['samples', 'text']) }))),
  mayHide: optional(text),
  hotLine: optional(z.number().nullable()),
  notes: list(text),
});

const program = z.object({
  name: text,
  processes: z.number(),
  startedBy: list(text),
  container: text.nullable(),
  unit: text.nullable(),
  hotCores: figure,
  healthyCores: figure,
});

const sentence = list(z.object({ text, unbroken: z.boolean() }));
const verdict = z.object({
  class: z.enum(VERDICT_CLASSES),
  headline: text,
  evidence: list(text),
  program: optional(program),
  pieces: optional(z.object({ headline: sentence, evidence: list(sentence) })),
});

const side = z.object({
  cores: figure,
  accountedCores: z.number().nullable(),
  hostBusyCores: z.number().nullable(),
  samples: figure,
  seconds: figure,
  hz: figure,
  coverage: text,
});

const quality = z.object({
  grade: z.enum(['good', 'fair', 'poor', 'withheld']),
  issues: list(z.object({ code: text, side: z.enum(['hot', 'healthy', 'both']), message: text, fix: text })),
});

const jit = z.object({ frames: z.number(), repaired: z.number(), ambiguous: z.number(), unresolved: z.number() });
const visit = z.object({
  status: z.enum(['profiled', 'skipped', 'failed']),
  reason: text.nullable(),
  message: text.nullable(),
  node: text.nullable(),
  startedAtMs: time.nullable(),
  startPauseMs: z.number().nullable(),
  stopPauseMs: z.number().nullable(),
  workers: z.number().nullable(),
  leftOpen: z.boolean(),
});
const process = z.object({
  pid: z.number().nullable(),
  name: text,
  cpuSeconds: z.number().nullable(),
  namedBy: optional(z.enum(['perf', 'v8', 'nobody']).nullable()),
  visit: optional(visit.nullable()),
  container: optional(text),
});
const capture = z.object({
  captureId,
  role,
  instanceId,
  failure: failure.nullable(),
  startedAtMs: time.nullable(),
  seconds: z.number().nullable(),
  hz: z.number().nullable(),
  samples: figure,
  cores: z.number().nullable(),
  processes: list(process),
  ledger: z
    .object({
      recorded: z.number(),
      drawn: z.number(),
      unit: optional(text),
      filtered: z.record(z.string().max(200), z.number()),
      lost: z.number(),
      jit,
    })
    .nullable(),
  jit: jit.nullable(),
  warnings: list(text),
  isBaseline: optional(z.literal(true)),
});

const confirmation = z.object({
  suspect: z.object(named),
  instanceId: text,
  captureId,
  pid: z.number().nullable(),
  seenAtMs: time,
  hz: z.number(),
  before: z
    .object({ samples: z.number(), own: z.number(), callees: list(z.object({ ...named, samples: z.number() })) })
    .nullable(),
  state: z.enum(['pending', 'answered', 'failed']),
  failure: failure.nullable(),
  answer: z
    .object({
      node: text.nullable(),
      startedAtMs: time.nullable(),
      seconds: z.number(),
      coveredSeconds: z.number(),
      startPauseMs: z.number().nullable(),
      leftOpen: z.boolean(),
      samples: z.number(),
      own: z.number(),
      helpers: list(z.object({ ...named, share: z.number() })),
    })
    .nullable(),
});

const remark = z.object({ text, by: text, atMs: time });
const earlier = z.object({
  incidentId: text,
  openedAtMs: time,
  known: remark.nullable(),
  fixed: remark.nullable(),
  notes: list(remark),
});

const under = z.object({ alarmName: text, incidentId, where: text });
const tied = z.object({
  alarmName: text,
  scope: text,
  incidentId: incidentId.nullable(),
  headline: text.nullable(),
  why: text.nullable(),
});

const alarm = z.object({
  name: text,
  description: text.nullable(),
  reason: text,
  metric: text.nullable(),
  threshold: z.number().nullable(),
  observed: z.number().nullable(),
  changedAtMs: time,
  region: text.nullable(),
  accountId: optional(text.nullable()),
});

/** What is not known to this version is left out. */
export const REPORT = z.object({
  version: z.literal(1),
  incidentId,
  isDrill: optional(z.literal(true)),
  under: optional(under),
  tied: optional(list(tied)),
  severity: optional(z.enum(['critical', 'high', 'low'])),
  group: text.nullable(),
  hotInstance: instanceId.nullable(),
  peerInstances: list(text),
  baseline: optional(
    z.object({
      instanceId: text,
      agoMs: z.number(),
      launchedBy: text.nullable(),
      hotLaunchedBy: text.nullable(),
      images: z.object({ hot: list(text), baseline: list(text) }),
    }),
  ),
  alarm,
  members: list(
    z.object({
      instanceId,
      role: z.enum(['hot', 'peer', 'not chosen']),
      launchedBy: optional(text),
      reason: text,
      cpuPercent: z.number().nullable(),
      doubt: optional(text),
    }),
  ),
  captures: z.array(capture).max(50),
  shortcomings: list(text),
  verdict,
  findings: list(finding),
  programs: optional(list(program)),
  quality,
  hot: side.nullable(),
  healthy: side.nullable(),
  wholeProfileP: z.number().nullable(),
  method: list(text),
  topFunctions: list(z.object({ ...named, selfCores: figure, totalCores: figure })),
  confirmation: optional(confirmation),
  functions: optional(list(z.object({ ...named, hotCores: figure, healthyCores: figure }))),
  files: list(z.object({ name: z.string().max(200), bytes: z.number().nullable() })),
  earlier: optional(list(earlier)),
  openedAtMs: time,
  generatedAtMs: time,
}) satisfies z.ZodType<ReportData>;

export type CheckedReport = z.infer<typeof REPORT>;
