/**
 * The files of an incident: what is kept, and what is made from its recordings when somebody asks. What was made stays
 * in a cache for a while. Incidents of older releases have everything among what is kept.
 */
import type { ReportData, ReportFile } from '../../report/report-data.ts';
import type { ReportSource } from '../../report/source/source-data.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { storedSource } from '../source/stored-source.ts';
import type { IncidentStore, StoredFile } from '../store-port.ts';
import { withTies } from '../tied/ties-of.ts';
import type { AnalysisPort, FileCache, JobOptions, MadeFile, RawCapture } from './analysis-port.ts';
import { keptFile } from './kept-file.ts';
import { canBeMade, contentTypeOf, isMade, MAIL_FILE, REPORT_FILE } from './made-names.ts';
import { gone, rawCaptures } from './raw-captures.ts';

export interface FilesDeps {
  readonly store: IncidentStore;
  readonly analysis: AnalysisPort;
  readonly cache: FileCache;
  /** In hex. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** Another release may draw the same recordings in another way. */
  readonly version: string;
  /** Whether code that was fetched may be seen. */
  readonly source: boolean;
}

export interface IncidentFiles {
  /**
   * Undefined when the incident has no such file. Throws `RECORDING_GONE` when it cannot be made any more,
   * `ARTIFACT_MISSING` when it was kept and is lost, and what `AnalysisPort` throws.
   */
  file(id: IncidentId, name: string, options?: JobOptions): Promise<StoredFile | undefined>;
  files(id: IncidentId): Promise<readonly ReportFile[]>;
  /** What an analysis has made anyhow. */
  keep(id: IncidentId, made: readonly MadeFile[]): Promise<void>;
}

/** What one job made, and the recordings that it had to do without. */
interface Made {
  readonly files: readonly MadeFile[];
  readonly lost: readonly RawCapture[];
}

export function incidentFiles(deps: FilesDeps): IncidentFiles {
  const { store, cache } = deps;
  /** One job makes all files of an incident: a page asks for four at once. */
  const underWay = new Map<IncidentId, Promise<Made>>();
  const make = (id: IncidentId, options: JobOptions): Promise<Made> => {
    const running = underWay.get(id);
    if (running !== undefined) return running;
    const making = makeAll(deps, id, options).finally(() => underWay.delete(id));
    underWay.set(id, making);
    return making;
  };
  const files = async (id: IncidentId) => listed(await store.files(id), await store.report(id));
  return {
    files,
    async file(id, name, options = {}) {
      // What is made can be made again also where an older release kept it and it is lost.
      const stored = await (isMade(name) ? keptFile(store, id, name) : store.file(id, name));
      if (stored !== undefined || !isMade(name)) return stored;
      if (!(await files(id)).some((file) => file.name === name)) return undefined;
      const key = await keyOf(deps, id, name);
      const cached = await cache.get(key);
      if (cached !== undefined) return { ...cached, contentType: contentTypeOf(name) };
      const made = await make(id, options);
      const file = made.files.find((one) => one.name === name);
      const [lost] = made.lost;
      if (file === undefined && lost) throw gone(lost.capture, 'what shows it cannot be made again');
      return file && { content: file.content, contentType: file.contentType, hash: deps.sha256(file.content) };
    },
    async keep(id, made) {
      for (const { name, content } of made) await cache.put(await keyOf(deps, id, name), content);
    },
  };
}

/** By name, as the store has them. */
function listed(stored: readonly ReportFile[], report: ReportData | undefined): readonly ReportFile[] {
  const names = new Set(stored.map(({ name }) => name));
  if (report === undefined) return stored;
  const made = report.files.filter(({ name }) => isMade(name) && !names.has(name) && canBeMade(name, report, names));
  const written = names.has(MAIL_FILE) && !names.has(REPORT_FILE) ? [{ name: REPORT_FILE, bytes: null }] : [];
  return [...stored, ...made, ...written].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function makeAll({ store, analysis, cache, ...deps }: FilesDeps, id: IncidentId, options: JobOptions) {
  const incident = await store.incident(id);
  if (incident === undefined) return { files: [], lost: [] };
  const captures = await rawCaptures(store, id);
  const data = await reportNow(store, id);
  const source = await sourceOf({ store, ...deps }, id);
  const files = await analysis.render({ incident, captures, report: data ? { data, source } : null }, options);
  const lost = captures.filter(({ capture, bytes }) => capture.outcome === 'collected' && bytes === null);
  // What is made without one of the recordings is not the same.
  if (lost.length === 0) {
    for (const { name, content } of files) await cache.put(await keyOf({ store, ...deps }, id, name), content);
  }
  return { files, lost };
}

type KeyDeps = Pick<FilesDeps, 'store' | 'sha256' | 'version' | 'source'>;

/**
 * Graphs follow from the recordings, which never change; the report file also from what is known of the code, and of
 * others under the same alarm.
 */
async function keyOf(deps: KeyDeps, id: IncidentId, name: string): Promise<string> {
  const key = `${deps.version} ${id} ${name}`;
  if (name !== REPORT_FILE) return key;
  const facts = JSON.stringify([await reportNow(deps.store, id), await sourceOf(deps, id)]);
  return `${key} ${deps.sha256(new TextEncoder().encode(facts))}`;
}

async function reportNow(store: IncidentStore, id: IncidentId): Promise<ReportData | undefined> {
  const report = await store.report(id);
  return report && withTies(store, id, report);
}

async function sourceOf(
  { store, source }: Pick<FilesDeps, 'store' | 'source'>,
  id: IncidentId,
): Promise<ReportSource | null> {
  return source ? await storedSource(store, id) : null;
}
