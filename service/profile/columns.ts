/** Columns of numbers that grow by doubling. */
import { AppError } from '../shared/errors.ts';
import { formatCount } from '../shared/text/number.ts';

/**
 * Rows of a profile: captures and recordings by perf have at most some 100,000 samples, an hour of 64 busy CPUs at
 * 99 Hz has 23 million. More come from files that are made to fill the memory; 16 million rows take 0.5 GB.
 */
const MOST_ROWS = 1 << 24;

/** To be asked when memory for more than `length` of `what` is wanted. */
export function checkLength(length: number, most: number, what: string): void {
  if (length < most) return;
  throw new AppError('INPUT_TOO_LARGE', `It has more than ${formatCount(most)} ${what}.`, {
    hint: 'Record for a shorter time, or draw it in parts.',
  });
}

type NumberColumn = Int32Array | Uint32Array | Float64Array;

/** A copy with room for `length` numbers. */
export function widened<T extends NumberColumn>(column: T, length: number): T {
  const wider = new (column.constructor as new (length: number) => T)(length);
  wider.set(column);
  return wider;
}

/** A number of a column that the caller knows to be long enough. For code that is not hot. */
export function at(column: ArrayLike<number>, index: number): number {
  return column[index] as number;
}

/** Adds to a number of a column, likewise. */
export function add(column: NumberColumn, index: number, by: number): void {
  column[index] = (column[index] as number) + by;
}

/** Room for `needed` rows, and for as many again as there are. */
function rowsFor(needed: number, rows: number): number {
  checkLength(needed - 1, MOST_ROWS, 'samples or stacks');
  return Math.max(needed, rows * 2);
}

export class IntColumn {
  data: Int32Array = new Int32Array(1024);
  length = 0;

  /** Returns the index of the new value. */
  push(value: number): number {
    if (this.length === this.data.length) this.grow(this.length + 1);
    this.data[this.length] = value;
    return this.length++;
  }

  /** Makes `length` new values, all 0, and returns them to be written. */
  extend(length: number): Int32Array {
    const from = this.length;
    if (from + length > this.data.length) this.grow(from + length);
    this.length = from + length;
    return this.data.subarray(from, this.length);
  }

  /** The used part: no copy. */
  view(): Int32Array {
    return this.data.subarray(0, this.length);
  }

  private grow(needed: number): void {
    this.data = widened(this.data, rowsFor(needed, this.data.length));
  }
}

export class FloatColumn {
  data: Float64Array = new Float64Array(1024);
  length = 0;

  push(value: number): number {
    if (this.length === this.data.length) this.grow(this.length + 1);
    this.data[this.length] = value;
    return this.length++;
  }

  /** Appends all of `values`. */
  append(values: Float64Array): void {
    const from = this.length;
    if (from + values.length > this.data.length) this.grow(from + values.length);
    this.length = from + values.length;
    this.data.set(values, from);
  }

  view(): Float64Array {
    return this.data.subarray(0, this.length);
  }

  private grow(needed: number): void {
    this.data = widened(this.data, rowsFor(needed, this.data.length));
  }
}
