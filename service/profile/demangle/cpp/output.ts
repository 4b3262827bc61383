import { BoundedText, UNREADABLE } from '../bounds.ts';
import type { Node } from './nodes.ts';

/** As nesting of real names is below 60, and each level takes a few calls on the stack. */
const MAX_DEPTH = 400;

/** What is printed, and where in the tree that is. */
export class Output extends BoundedText {
  /** Commas that are printed when something follows: an empty pack needs none. */
  protected pending = '';
  /** From the root to what is being printed. */
  protected readonly path: Node[] = [];
  private last = '';
  private lookahead = 0;

  protected add(text: string): void {
    if (text === '') return;
    this.append(this.pending + text);
    this.pending = '';
    this.last = text.charAt(text.length - 1);
  }

  protected get lastChar(): string {
    return this.pending === '' ? this.last : ' ';
  }

  /** Commas that nothing followed are not printed, but libiberty takes the blank for the last character. */
  protected dropCommas(length: number, pending: string): void {
    const left = this.out.length === length ? pending : '';
    if (this.pending !== left) this.last = ' ';
    this.pending = left;
  }

  protected enter(node: Node): void {
    this.step();
    this.path.push(node);
    if (this.path.length > MAX_DEPTH) throw UNREADABLE;
  }

  /** Looks ahead without printing. */
  protected ahead<T>(run: () => T): T {
    this.step();
    if (++this.lookahead > MAX_DEPTH) throw UNREADABLE;
    const result = run();
    this.lookahead--;
    return result;
  }
}
