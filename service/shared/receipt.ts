/**
 * Lines of `DATA_DIR/sent.journal`: which deliveries were taken, until the database says so. Several threads write
 * them, each where it hears the yes.
 */

/** A delivery, and who has claimed it. */
export interface Receipt {
  readonly id: number;
  readonly owner: string;
}

export interface SentReceipt extends Receipt {
  readonly atMs: number;
}

export function receiptLine({ id, owner, atMs }: SentReceipt): string {
  return `${JSON.stringify({ id, owner, atMs })}\n`;
}

/** Those that are whole: a full disk or a power cut may have left half a line. */
export function readReceipts(text: string): SentReceipt[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { id, owner, atMs } = JSON.parse(line) as Partial<SentReceipt>;
      return id === undefined || owner === undefined || atMs === undefined ? [] : [{ id, owner, atMs }];
    } catch {
      return [];
    }
  });
}
