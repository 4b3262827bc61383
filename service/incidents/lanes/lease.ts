/** Who works on something holds its lease: a process that dies gives it back by not renewing it. */
import type { Clock } from '../../shared/clock.ts';

/** A crash delays an incident by no more than this. */
export const LEASE_MS = 30_000;

/** A lease of its own for each claim: what comes late from a claim that was given up moves nothing. */
export function leaseNames(owner: string): () => string {
  let claims = 0;
  return () => `${owner}-${++claims}`;
}

export interface Lease {
  readonly clock: Clock;
  readonly renew: (untilMs: number) => Promise<unknown>;
  /** A lease that could not be renewed only means that somebody may take over. */
  readonly notRenewed: (error: unknown) => void;
}

/** Does `work`, and renews the lease until it is done. */
export async function underLease<T>({ clock, renew, notRenewed }: Lease, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const beat = async () => {
    for (;;) {
      await clock.sleep(LEASE_MS / 3, over.signal);
      if (over.signal.aborted) return;
      try {
        await renew(clock.now() + LEASE_MS);
      } catch (error) {
        notRenewed(error);
      }
    }
  };
  void beat();
  try {
    return await work();
  } finally {
    over.abort();
  }
}
