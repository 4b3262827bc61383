/** Columns of numbers that grow by doubling. */
import { AppError } from '../shared/errors.ts';

/**
 * Rows of a profile: captures and recordings by perf have at most some 100,000 samples, an hour of 64 busy CPUs at 99 Hz
 * has 23 million. More come from files that are made to fill the memory; 16 million rows take 0.5 GB.
 */
const MOST_ROWS = 1 << 24;

/** To be asked when memory for more than `length` of `what` is wanted. */
export function checkLength(length: number, most: number, what: string): void {
  if (length < most) return;
  throw new AppError('INPUT_TOO_LARGE', `It has more than ${most.toLocaleString('en')} ${what}.`, {
    hint: 'Record for a shorter time, or draw parts of it one by one.',
  });
}

/** A copy with room for `length` numbers. */
export function widened(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(length);
  wider.set(column);
  return wider;
}

export class IntColumn {
  data: Int32Array = new Int32Array(1024);
  length = 0;

  /** Returns the index of the new value. */
  push(value: number): number {
    if (this.length === this.data.length) {
      checkLength(this.length, MOST_ROWS, 'samples or stacks');
      this.data = widened(this.data, this.length * 2);
    }
    this.data[this.length] = value;
    return this.length++;
  }

  /** Makes `length` new values, all 0, and returns them to be written. */
  extend(length: number): Int32Array {
    const from = this.length;
    this.length += length;
    if (this.length > this.data.length) {
      checkLength(this.length - 1, MOST_ROWS, 'samples or stacks');
      this.data = widened(this.data, Math.max(this.length, this.data.length * 2));
    }
    return this.data.subarray(from, this.length);
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
      checkLength(this.length, MOST_ROWS, 'samples or stacks');
      const wider = new Float64Array(this.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length] = value;
    return this.length++;
  }

  /** Appends all of `values`. */
  append(values: Float64Array): void {
    const from = this.length;
    this.length += values.length;
    if (this.length > this.data.length) {
      checkLength(this.length - 1, MOST_ROWS, 'samples or stacks');
      const wider = new Float64Array(Math.max(this.length, this.data.length * 2));
      wider.set(this.data);
      this.data = wider;
    }
    this.data.set(values, from);
  }

  view(): Float64Array {
    return this.data.subarray(0, this.length);
  }
}
