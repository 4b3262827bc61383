/** `incident.json` and `source.json` as `incidents export` writes them, as far as an import reads them. */
import { z } from 'zod';
import { SOURCE_ANSWER } from '../../../capture/source-script.ts';
import { STATES } from '../../../incidents/incident.ts';
import { TRIAGE_COUNTS, TRIAGE_LENGTHS } from '../../../incidents/triage/triage.ts';
import type { ReportSource } from '../../../report/source/source-data.ts';
import { captureId, failure, incidentId, instanceId, list, REPORT, text, time } from './report-shape.ts';

const MAX_EVENTS = 1_000;
const instant = time.refine(Number.isInteger, 'no whole number');
const remark = z.object({ text: z.string().max(TRIAGE_LENGTHS.line), by: z.string(), atMs: instant }).nullable();

export const INDEX = z.object({
  id: incidentId,
  openedAtMs: instant,
  closedAtMs: instant.nullable(),
  events: z.array(z.object({ atMs: instant, state: z.enum(STATES), detail: text })).max(MAX_EVENTS),
  report: REPORT.nullable(),
  triage: z
    .object({
      labels: z.array(z.string()).max(TRIAGE_COUNTS.labels),
      known: remark,
      fixed: remark,
      notes: z
        .array(z.object({ text: z.string(), by: z.string(), atMs: instant, closed: z.unknown() }))
        .max(TRIAGE_COUNTS.notes),
    })
    .optional(),
});
export type Index = z.infer<typeof INDEX>;

const place = z.object({
  pid: z.number(),
  file: text,
  line: z.number(),
  column: z.number().nullable(),
  finding: z.number().int().min(0),
  functionLine: z.number().nullable(),
  ticks: list(z.tuple([z.number(), z.number()])),
  // It becomes a link.
  url: text.regex(/^https?:\/\//i).nullable(),
  answer: SOURCE_ANSWER.nullable(),
});

export const SOURCE = z.object({
  version: z.literal(1),
  hosts: z
    .array(
      z.object({
        role: z.enum(['hot', 'healthy']),
        instanceId,
        captureId,
        state: z.enum(['pending', 'answered', 'failed']),
        failure: failure.nullable(),
        places: list(place),
      }),
    )
    .max(50),
}) satisfies z.ZodType<ReportSource>;
