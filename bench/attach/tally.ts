/** What is counted for one Node version. Kept as JSON between runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { LoadReport } from './group.ts';
import type { Victim } from './visit.ts';

/** Of a visit that brought a profile. */
export interface Pause {
  readonly megabytes: number;
  readonly overloaded: boolean;
  readonly startMs: number;
  readonly stopMs: number;
  /** How long the port was open, twice. */
  readonly openMs: readonly [number, number];
}

export interface Tally {
  /** From the start of a profile to its end: the port is opened twice. */
  visits: number;
  /** Of these, while the processor was overloaded. */
  overloaded: number;
  /** How often an inspector has opened its port, by what Node says then. */
  openings: number;
  profiled: number;
  readonly killed: Record<Victim, number>;
  /** Not profiled, by reason; without those that were killed. */
  readonly refused: Record<string, number>;
  readonly crashes: string[];
  /** Processes that somebody else has ended. Visits of these do not count. */
  readonly outside: string[];
  /** Ports that stayed open, whatever was done. */
  leftOpen: number;
  /** Ports that stayed open after everybody had been killed at once, until the next run. */
  leftOpenByBoth: number;
  leaked: number;
  readonly pauses: Pause[];
  readonly loads: { readonly overloaded: boolean; readonly report: LoadReport }[];
}

export function newTally(): Tally {
  return {
    visits: 0,
    overloaded: 0,
    openings: 0,
    profiled: 0,
    killed: { visitor: 0, shell: 0, both: 0 },
    refused: {},
    crashes: [],
    outside: [],
    leftOpen: 0,
    leftOpenByBoth: 0,
    leaked: 0,
    pauses: [],
    loads: [],
  };
}

export function harmOf(tally: Tally): number {
  return tally.crashes.length + tally.leftOpen + tally.leaked;
}

export function keepTallies(file: string, results: ReadonlyMap<string, Tally>): void {
  writeFileSync(file, JSON.stringify(Object.fromEntries(results)));
}

export function readTallies(file: string): Map<string, Tally> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Tally>));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}
