import { UNREADABLE } from '../bounds.ts';
import type { Node } from './nodes.ts';

/** Nesting of real names is below 60. Each level takes a few calls on the stack. */
const MAX_DEPTH = 200;

/** Where the parser is in the text, and what substitutions may refer to. */
export class Cursor {
  protected readonly text: string;
  protected at = 0;
  private readonly seen: Node[] = [];
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The character here, or `ahead` of here; empty at the end. */
  protected peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  protected take(): string {
    return this.text[this.at++] ?? '';
  }

  protected takeIf(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  protected expect(text: string): void {
    if (!this.takeIf(text)) throw UNREADABLE;
  }

  protected digitHere(): boolean {
    const here = this.peek();
    return here >= '0' && here <= '9';
  }

  /** Decimal digits; at least one. */
  protected number(): number {
    if (!this.digitHere()) throw UNREADABLE;
    let value = 0;
    while (this.digitHere()) {
      value = value * 10 + Number(this.take());
      if (value > 1e9) throw UNREADABLE;
    }
    return value;
  }

  /** `_` is 0, `0_` is 1, and so on. */
  protected compactNumber(): number {
    if (this.takeIf('_')) return 0;
    const value = this.number() + 1;
    this.expect('_');
    return value;
  }

  /** Base 36 with capitals, else as above: what follows `S`. */
  protected sequenceNumber(): number {
    if (this.takeIf('_')) return 0;
    let value = 0;
    for (let here = this.take(); here !== '_'; here = this.take()) {
      if (!/^[0-9A-Z]$/.test(here)) throw UNREADABLE;
      value = value * 36 + Number.parseInt(here, 36);
      if (value > 1e6) throw UNREADABLE;
    }
    return value + 1;
  }

  /** Tells two things of the same name in one function apart; not printed. */
  protected skipDiscriminator(): void {
    if (!this.takeIf('_')) return;
    const long = this.takeIf('_');
    if (this.digitHere() && this.number() >= 10 && long) this.takeIf('_');
  }

  /** Something that a later `S…_` may stand for. */
  protected remember<T extends Node>(node: T): T {
    this.seen.push(node);
    return node;
  }

  protected remembered(index: number): Node {
    const node = this.seen[index];
    if (node === undefined) throw UNREADABLE;
    return node;
  }

  protected mark(): readonly [at: number, seen: number] {
    return [this.at, this.seen.length];
  }

  protected goBack([at, seen]: readonly [at: number, seen: number]): void {
    this.at = at;
    this.seen.length = seen;
  }

  protected nest<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw UNREADABLE;
    const result = read();
    this.depth--;
    return result;
  }
}
