import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AnalysisPort } from '../incidents/files/analysis-port.ts';
import { type FilesDeps, type IncidentFiles, incidentFiles } from '../incidents/files/incident-files.ts';
import type { IncidentStore } from '../incidents/store-port.ts';
import type { Log } from '../shared/log.ts';
import { CacheFolder } from './cache-folder.ts';
import { analysisOver } from './pool-analysis.ts';
import { WorkerPool } from './worker-pool.ts';

export interface AnalysisOptions {
  readonly dataDir: string;
  readonly workers: number;
  readonly memoryMb: number;
  readonly cacheMb: number;
  /** Of this release. */
  readonly version: string;
  /** Whether code that was fetched may be seen. */
  readonly source: boolean;
}

/** Two recordings of 200,000 samples take 3 s of CPU; this is for a machine on which everything else runs, too. */
const DEADLINE_MS = 120_000;
/** Incidents come in groups, and a thread that has just worked begins the next job in no time. */
const IDLE_MS = 60_000;

export interface AnalysisParts {
  readonly analysis: AnalysisPort;
  readonly files: IncidentFiles;
  /** For whoever makes another file: where it is kept, and what its bytes also follow from. */
  readonly making: Pick<FilesDeps, 'cache' | 'sha256' | 'version'>;
  /** Ends what is under way. */
  readonly close: () => void;
}

/** Worker threads for what costs CPU, and the files that they make. Threads begin with the first job. */
export function createAnalysis(options: AnalysisOptions, store: IncidentStore, log: Log): AnalysisParts {
  const { workers, memoryMb, version, source } = options;
  const entry = new URL('./worker.ts', import.meta.url);
  const pool = new WorkerPool({ entry, workers, memoryMb, deadlineMs: DEADLINE_MS, idleMs: IDLE_MS });
  const analysis = analysisOver((job, name, jobOptions) => pool.run(job, name, jobOptions));
  const cache = new CacheFolder(join(options.dataDir, 'cache'), options.cacheMb * 1_000_000, log);
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const making = { cache, sha256, version };
  return {
    analysis,
    making,
    files: incidentFiles({ ...making, store, analysis, source }),
    close: () => pool.close(),
  };
}
