import type { Estimate, Host, Spread } from './estimate.ts';

/** What is measured of a function on one host: its cores, or its share. */
export type Measure = (fn: number, host: Host) => Estimate;

/** A function must have this many cores (or this share) on average to say something about how hosts differ. */
const MIN_SIZE = 0.02;
/** Own estimate of a function from few peers is shrunk to the common one as if that came from this many more peers. */
const PRIOR_PEERS = 4;

/**
 * Between-host variance of true cores, per function, from k ≥ 2 peers: what blocks of one host cannot see (compiler
 * luck, cache layout, which customers a host serves). Zero with one peer: `method` then says so. A function's own
 * sample variance less its sampling variance, shrunk to a common coefficient of variation.
 */
export class BetweenHosts {
  private readonly commonCv2: number;
  private readonly peers: readonly Host[];
  private readonly measure: Measure;

  constructor(peers: readonly Host[], measure: Measure, functions: number) {
    this.peers = peers;
    this.measure = measure;
    this.commonCv2 = peers.length < 2 ? 0 : this.pooled(functions);
  }

  /** Estimates of one function on every peer. */
  of(fn: number): Estimate[] {
    return this.peers.map((peer) => this.measure(fn, peer));
  }

  /** The variance of one host, known as well as from the peers and those that the common one counts for. */
  spread(estimates: readonly Estimate[]): Spread {
    const k = estimates.length;
    const df = k - 1 + PRIOR_PEERS;
    if (k < 2) return { variance: 0, df };
    const { mean, excess } = moments(estimates);
    const common = this.commonCv2 * mean * mean;
    return { variance: ((k - 1) * Math.max(0, excess) + PRIOR_PEERS * common) / df, df };
  }

  /** Mean over functions of (between-host variance ÷ mean²), weighted by mean²: big functions say most. */
  private pooled(functions: number): number {
    let excess = 0;
    let squares = 0;
    for (let fn = 0; fn < functions; fn++) {
      const known = moments(this.of(fn));
      if (known.mean < MIN_SIZE) continue;
      excess += known.excess;
      squares += known.mean * known.mean;
    }
    return squares > 0 ? Math.max(0, excess / squares) : 0;
  }
}

/** Mean, and variance between the hosts beyond what sampling explains. */
function moments(estimates: readonly Estimate[]): { mean: number; excess: number } {
  const k = estimates.length;
  let mean = 0;
  for (const one of estimates) mean += one.cores / k;
  let excess = 0;
  for (const one of estimates) excess += (one.cores - mean) ** 2 / (k - 1) - one.variance / k;
  return { mean, excess };
}
