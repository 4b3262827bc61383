/** Columns of numbers that grow by doubling. */

export class IntColumn {
  data: Int32Array = new Int32Array(1024);
  length = 0;

  /** Returns the index of the new value. */
  push(value: number): number {
    if (this.length === this.data.length) {
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
