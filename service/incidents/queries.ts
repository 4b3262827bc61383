import { type Recording, recordings } from '../report/recordings.ts';
import type { ReportData, ReportFile } from '../report/report-data.ts';
import type { Mute } from '../rules/mute.ts';
import { systemClock } from '../shared/clock.ts';
import type { CaptureId, GroupName, IncidentId } from '../shared/ids.ts';
import type { Baseline } from './baseline/baseline.ts';
import type { IncidentFiles } from './files/incident-files.ts';
import { recordingFile } from './files/raw-captures.ts';
import type { FunctionKey } from './history/function-key.ts';
import type { GroupHistory } from './history/history.ts';
import type { IncidentRow } from './incident-row.ts';
import type { IncidentView } from './incident-view.ts';
import type { Notification } from './notification.ts';
import { progressOf, type QueueLimits } from './progress/progress-of.ts';
import type { PrunedIncident } from './retention/retention.ts';
import { SOURCE_FILE, storedSource } from './source/stored-source.ts';
import type { FunctionHistory, IncidentQuery, IncidentStore, Page, PageQuery, StoredFile } from './store-port.ts';
import { tiesOf } from './tied/ties-of.ts';
import type { LabelCount, Operation } from './triage/triage-store.ts';

/** What pages and API may ask. Ids come from outside: an unknown one is `undefined`, never an error. */
export interface IncidentQueries {
  list(query: IncidentQuery): Promise<Page<IncidentRow>>;
  view(id: string): Promise<IncidentView | undefined>;
  /** What is left of an incident that was deleted by age or size. */
  pruned(id: string): Promise<PrunedIncident | undefined>;
  /** Kept, or made now. Throws `AppError` when a file that the incident had is lost or cannot be made. */
  file(id: string, name: string): Promise<StoredFile | undefined>;
  files(id: string): Promise<readonly ReportFile[]>;
  /**
   * What came back of a capture, by the name that the report gives it: `hot`, `healthy`, `healthy-2`. Throws
   * `RECORDING_GONE`.
   */
  recording(id: string, name: string): Promise<(Recording & { readonly file: StoredFile }) | undefined>;
  notifications(query: PageQuery): Promise<Page<Notification>>;
  groups(): Promise<readonly GroupName[]>;
  /** Groups that are muted now. */
  mutes(): Promise<readonly Mute[]>;
  labels(): Promise<readonly LabelCount[]>;
  /** Deletions and mutes, the newest first. */
  operations(): Promise<readonly Operation[]>;
  /** One function over all incidents; undefined for one that no recording had. */
  functionHistory(key: FunctionKey, query: PageQuery): Promise<FunctionHistory | undefined>;
  /** Undefined for a group that had no incident. */
  groupHistory(group: string, nowMs: number): Promise<GroupHistory | undefined>;
  /** One that was recorded, with what came back. Throws `ARTIFACT_MISSING`. */
  baseline(id: string): Promise<{ readonly baseline: Baseline; readonly file: StoredFile } | undefined>;
  /** Of a group, the newest first. */
  baselines(group: string): Promise<readonly Baseline[]>;
}

/** Notifications shown on the page of one incident. */
const SHOWN = 100;
/** Rows of the log of operations. */
const OPERATIONS = 200;

/** More than are kept, unless several accounts have a group of that name. */
const BASELINES = 20;

async function secondOf(store: IncidentStore, id: IncidentId): Promise<Pick<IncidentView, 'second'>> {
  const look = await store.secondLook(id);
  if (look === undefined) return {};
  const row = look.captureId === null ? undefined : await store.row(look.captureId);
  return { second: { ...look, row: row ?? null } };
}

/** An imported incident has no others here: its report says what was known of them. */
async function tied(
  store: IncidentStore,
  id: IncidentId,
  report: ReportData | undefined,
): Promise<Pick<IncidentView, 'ties'>> {
  const { under, others } = await tiesOf(store, id);
  const ties = { under: under ?? report?.under ?? null, others: others.length > 0 ? others : (report?.tied ?? []) };
  return ties.under === null && ties.others.length === 0 ? {} : { ties };
}

/** `source`: whether code that was fetched may be seen. `queue`: by what a turn is expected; null: it is not said. */
export function createQueries(
  store: IncidentStore,
  {
    source,
    files,
    queue = null,
    now = systemClock.now,
  }: {
    readonly source: boolean;
    readonly files: IncidentFiles;
    readonly queue?: QueueLimits | null;
    readonly now?: () => number;
  },
): IncidentQueries {
  const mayBeSeen = (name: string) => source || name !== SOURCE_FILE;
  // An id is only ever a bound parameter of a query: any string is safe.
  const asId = (id: string) => id as IncidentId;
  const marked = async (page: Page<IncidentRow>): Promise<Page<IncidentRow>> => {
    const ids = page.rows.map(({ id }) => id);
    const marks = ids.length === 0 ? {} : await store.marks(ids, now());
    const rows = page.rows.map((row) => {
      const mark = marks[row.id];
      return mark === undefined ? row : { ...row, marks: mark };
    });
    return { ...page, rows };
  };
  return {
    list: async (query) => marked(await store.list(query)),
    async view(id) {
      const row = await store.row(asId(id));
      if (!row) return undefined;
      const report = await store.report(asId(id));
      return {
        ...row,
        events: await store.events(asId(id)),
        notifications: (await store.notifications({ incidentId: asId(id), limit: SHOWN })).rows,
        deliveries: await store.deliveries(asId(id)),
        report: report ?? null,
        triage: await store.triage(asId(id), now()),
        seen: row.again ? await store.seenBefore(asId(id)) : null,
        source: source ? await storedSource(store, asId(id)) : null,
        ...(await secondOf(store, asId(id))),
        ...(await tied(store, asId(id), report)),
        progress: await progressOf(store, row, queue, now()),
      };
    },
    pruned: (id) => store.pruned(asId(id)),
    file: async (id, name) => (mayBeSeen(name) ? files.file(asId(id), name) : undefined),
    files: async (id) => (await files.files(asId(id))).filter(({ name }) => mayBeSeen(name)),
    async recording(id, name) {
      const report = await store.report(asId(id));
      const recording = report && recordings(report).find((known) => known.name === name);
      const capture = recording && (await store.captures(asId(id))).find((known) => known.id === recording.captureId);
      if (!recording || !capture) return undefined;
      const file = await recordingFile(store, capture);
      return { ...recording, file };
    },
    notifications: (query) => store.notifications(query),
    groups: () => store.groups(),
    mutes: () => store.mutes(now()),
    labels: () => store.labels(),
    operations: () => store.operations(OPERATIONS),
    functionHistory: (key, query) => store.functionHistory(key, query),
    groupHistory: (group, nowMs) => store.groupHistory(group, nowMs),
    async baseline(id) {
      const baseline = await store.baseline(id as CaptureId);
      const file = await store.baselineFile(id as CaptureId);
      return baseline && file && { baseline, file };
    },
    baselines: (group) => store.baselines(group, BASELINES),
  };
}
