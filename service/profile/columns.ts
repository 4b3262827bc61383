/** Columns of numbers that grow by doubling. */
import { AppError } from '../shared/errors.ts';

/**
 * Rows of a profile: an hour of 64 busy CPUs at 99 Hz is 23 million samples, of which captures and perf have at most some
 * 100,000. More come from files that are made to fill the memory; 16 million rows take 0.5 GB.
 */
const MOST_ROWS = 1 << 24;

function checkRows(rows: number): void {
  if (rows < MOST_ROWS) return;
  throw new AppError('INPUT_TOO_LARGE', `It has more than ${MOST_ROWS.toLocaleString('en')} samples or stacks.`, {
    hint: 'Record for a shorter time, or draw parts of the text one by one.',
  });
}

export class IntColumn {
  data: Int32Array = new Int32Array(1024);
  length = 0;

  /** Returns the index of the new value. */
  push(value: number): number {
    if (this.length === this.data.length) {
      checkRows(this.length);
      const wider = new Int32Array(this.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length] = value;
    return this.length++;
  }

  /** The used part: no copy. */
  view(): Int32Array {
    return this.data.subarray(0, this.length);
  }
}

export class FloatColumn {
  data: Float64Array = new Float64Array(1024);
  length = 0;

  push(value: number): number {
    if (this.length === this.data.length) {
      checkRows(this.length);
      const wider = new Float64Array(this.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length] = value;
    return this.length++;
  }

  view(): Float64Array {
    return this.data.subarray(0, this.length);
  }
}
