/** What the thread of the store and its owner say to each other. */

import type { WireError } from '../../shared/wire-error.ts';
import type { StoreCall } from '../store-calls.ts';

export interface StoreThreadData {
  readonly dataFolder: string;
  readonly migrations: string;
  readonly mode: 'writing' | 'reading';
}

export interface Request {
  readonly id: number;
  readonly call: StoreCall;
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: WireError };

/** The first message of the thread: it is open, or why not. */
export type Opened = { readonly opened: true } | { readonly opened: false; readonly error: WireError };
