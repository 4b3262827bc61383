/** What pages of groups and functions are drawn from. */
import type { FunctionKey } from './function-key.ts';

/** A function in the recordings of an incident. All numbers are CPU cores, callees included where that is known. */
export interface FunctionPoint {
  readonly id: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly group: string | null;
  readonly hotInstance: string | null;
  readonly hotCores: number;
  /** Null where there was no healthy side, or nobody looked. */
  readonly healthyCores: number | null;
  /** What the report blames on it, and on no function below it. */
  readonly extraCores: number;
  /** Whether it changed. */
  readonly isFinding: boolean;
  /** What the hot host ran; null where that is not known. */
  readonly release: string | null;
}

/** Beside its points, page by page. */
export interface KnownFunction extends FunctionKey {
  readonly package: string | null;
}

/** What a function burnt in the incidents that were looked at. */
export interface Culprit extends FunctionKey {
  readonly package: string | null;
  readonly incidents: number;
  /** Extra cores × the time that the alarm was on. */
  readonly coreMs: number;
}

export interface GroupHistory {
  readonly group: string;
  readonly total: number;
  /** When the newest incidents were opened, the newest first; the culprits are theirs. */
  readonly openedAtMs: readonly number[];
  /** What burnt most, first. */
  readonly culprits: readonly Culprit[];
  /** Of all of them. */
  readonly coreMs: number;
}
