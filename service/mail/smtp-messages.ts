/** What the thread of SMTP and its owner say to each other. */
import type { Receipt } from '../shared/receipt.ts';
import type { WireError } from '../shared/wire-error.ts';
import type { SmtpLimits } from './smtp-transport.ts';

export interface SmtpThreadData {
  readonly url: string;
  readonly limits: SmtpLimits;
  /** Where receipts are written; null: nowhere. */
  readonly journal: string | null;
}

export interface Order {
  readonly id: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Uint8Array;
  readonly receipt: Receipt | null;
}

/** `stop`: nobody waits for this mail any more. */
export type ToThread = Order | { readonly stop: number };

/** How it ended; the first to go is what the server has taken. */
export interface Ended {
  readonly id: number;
  readonly error: WireError | null;
}
