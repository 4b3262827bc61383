/** The work of the threads, done where it is asked for; and the files of incidents over it. */
import { createHash } from 'node:crypto';
import type { Tools } from '../../service/analysis/jobs.ts';
import { analysisOver } from '../../service/analysis/pool-analysis.ts';
import { runJob } from '../../service/analysis/run-job.ts';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import type { AnalysisPort, FileCache } from '../../service/incidents/files/analysis-port.ts';
import { type IncidentFiles, incidentFiles } from '../../service/incidents/files/incident-files.ts';
import type { IncidentStore } from '../../service/incidents/store-port.ts';

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Pictures are their first ten characters: nobody looks at them. */
const TOOLS: Tools = {
  decodeProfile: (bytes) => decodeProfile(bytes),
  rasterise: (svg) => new TextEncoder().encode(svg.slice(0, 10)),
};

export function inlineAnalysis(tools: Partial<Tools> = {}): AnalysisPort {
  return analysisOver((job) => runJob({ ...TOOLS, ...tools }, structuredClone(job)));
}

/** What an instance sent, in the format of another tool. */
export const { exportCapture } = inlineAnalysis();

export class MemoryCache implements FileCache {
  readonly entries = new Map<string, Uint8Array>();

  async get(key: string) {
    const content = this.entries.get(key);
    return content && { content, hash: sha256(content) };
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    this.entries.set(key, content);
  }
}

export function filesOf(
  store: IncidentStore,
  analysis: AnalysisPort = inlineAnalysis(),
  cache: FileCache = new MemoryCache(),
): IncidentFiles {
  return incidentFiles({ store, analysis, cache, sha256, version: '0.1.0', source: true });
}
