/** Thrown, and caught in `demangle`, where a name does not follow its grammar or is beyond a bound. */
export const UNREADABLE = new Error('Not a mangled name, or too complex.');

/** What names may cost. One for all names of a file bounds its time: a step takes less than a microsecond. */
export interface DemanglingBounds {
  /** Longer names are cut. */
  readonly maxLength: number;
  /** Characters read and parts printed; counts down. Names that do not fit any more stay as they are. */
  steps: number;
}

/** Enough for any name: the longest of LLVM has 12,358 characters, but substitutions can make names of gigabytes. */
export function boundsOfOneName(): DemanglingBounds {
  return { maxLength: 20_000, steps: 100_000 };
}

export function spend(bounds: DemanglingBounds, steps: number): void {
  bounds.steps -= steps;
  if (bounds.steps < 0) throw UNREADABLE;
}

/** Thrown to stop where the name is long enough. */
const LONG_ENOUGH = new Error('Long enough.');

/** Text that is printed bit by bit, up to a length. */
export class BoundedText {
  protected readonly bounds: DemanglingBounds;
  protected out = '';

  constructor(bounds: DemanglingBounds) {
    this.bounds = bounds;
  }

  /** What `print` appends, up to the bound. */
  protected until(print: () => void): string {
    try {
      print();
    } catch (fault) {
      if (fault !== LONG_ENOUGH) throw fault;
    }
    return this.out;
  }

  protected append(text: string): void {
    this.out += text;
    if (this.out.length <= this.bounds.maxLength) return;
    this.out = this.out.slice(0, this.bounds.maxLength);
    throw LONG_ENOUGH;
  }

  protected step(): void {
    spend(this.bounds, 1);
  }
}
