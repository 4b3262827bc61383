/**
 * Comparisons, made by the worker threads or found in the cache of made files. Uploads are never kept: what they said
 * is, as what any page can show of it, until the cache needs the room.
 */
import { createHash } from 'node:crypto';
import type { AnalysisPort, FileCache } from '../../incidents/files/analysis-port.ts';
import type { ShownComparison } from '../../pages/compare/comparison-page.ts';
import { AppError } from '../../shared/errors.ts';
import { missingFile } from '../pages/missing-file.ts';
import { Refusal } from '../triage/refusal.ts';
import type { LoadedSide } from './sides.ts';

export interface ComparingDeps {
  readonly compareTwo: AnalysisPort['compareTwo'];
  readonly cache: FileCache;
  /** `https://smokejumper.example.com`, where PUBLIC_URL says it. */
  readonly origin: string | null;
}

/** With their uploads, those that wait included: 4 × 24 MB, and copies. */
const MOST_AT_ONCE = 2;
/** Of waiting and comparing; the server cuts off who has not been answered for 60 s. */
const DEADLINE_MS = 45_000;

export interface MadeComparison {
  readonly shown: ShownComparison;
  readonly graph: Uint8Array | null;
}

export class Comparisons {
  private readonly deps: ComparingDeps;
  private readonly version: string;
  private inside = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(deps: ComparingDeps, version: string) {
    this.deps = deps;
    this.version = version;
  }

  /** The content of both sides and what they are called. */
  hashOf(a: LoadedSide, b: LoadedSide): string {
    const hash = createHash('sha256');
    hash.update(this.version);
    for (const { side, shown } of [a, b]) {
      hash.update(JSON.stringify([side.from, side.label, shown, side.bytes.length]));
      hash.update(side.bytes);
    }
    return hash.digest('hex');
  }

  /** Undefined for what is not kept any more. */
  async kept(hash: string): Promise<MadeComparison | undefined> {
    const page = await this.deps.cache.get(this.key(hash, 'page'));
    if (page === undefined) return undefined;
    // Sound: `make` wrote it, in this release, and the cache holds it to its hash.
    const shown = JSON.parse(Buffer.from(page.content).toString('utf8')) as ShownComparison;
    if (!shown.hasGraph) return { shown, graph: null };
    const graph = await this.deps.cache.get(this.key(hash, 'graph'));
    return graph && { shown, graph: graph.content };
  }

  /** Few at a time, from before an upload is read. Throws `Refusal` 503. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.inside >= MOST_AT_ONCE)
      throw new Refusal(503, 'Other profiles are being compared at this moment. Try again in a minute.');
    this.inside++;
    try {
      return await work();
    } finally {
      this.inside--;
    }
  }

  /** One at a time: an incident that is due must not wait behind several. Throws `Refusal`. */
  async make(a: LoadedSide, b: LoadedSide, gone: AbortSignal): Promise<MadeComparison & { readonly hash: string }> {
    const hash = this.hashOf(a, b);
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    const signal = AbortSignal.any([gone, deadline]);
    const turn = this.last.then(() => this.deps.compareTwo({ a: a.side, b: b.side }, { signal }));
    this.last = turn.catch(() => undefined);
    const { model, graph } = await turn.catch((error: unknown) => {
      throw asRefusal(error, deadline.aborted) ?? error;
    });
    const shown = { model, a: a.shown, b: b.shown, hasGraph: graph !== null };
    if (graph !== null) await this.deps.cache.put(this.key(hash, 'graph'), graph);
    await this.deps.cache.put(this.key(hash, 'page'), Buffer.from(JSON.stringify(shown)));
    return { hash, shown, graph };
  }

  private key(hash: string, part: 'page' | 'graph'): string {
    return `compare ${hash} ${part}`;
  }
}

function asRefusal(error: unknown, isLate: boolean): Refusal | undefined {
  if (!(error instanceof AppError)) return undefined;
  if (isLate) {
    const late = `Comparing took longer than ${DEADLINE_MS / 1000} s, or the service had other work.`;
    return new Refusal(503, `${late} "smokejumper compare A B" has no such limit.`);
  }
  const missing = missingFile(error);
  if (missing !== undefined) return new Refusal(missing.status, missing.message);
  const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  return new Refusal(error.code.endsWith('_TOO_LARGE') ? 413 : 400, message);
}
