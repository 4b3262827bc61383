/**
 * Names of Rust that begin with `_R` (RFC 2603). They refer back to places in themselves, so they are printed while
 * they are read, with bounds on the length and on the steps.
 */
import { type DemanglingBounds, UNREADABLE } from '../bounds.ts';
import { RustCursor } from './cursor.ts';

const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

const INTEGERS = /^[ahjiltmnosxy]$/;

class RustPrinter extends RustCursor {
  /** Lifetimes that `for<…>` around here has named. */
  private lifetimes = 0;

  symbol(): string {
    // A digit here would be the version of another encoding.
    if (!/^[A-Z]$/.test(this.peek())) throw UNREADABLE;
    return this.until(() => {
      this.path(true);
      // Which crate made this instance is read, as it must be well-formed, and not printed.
      if (/^[A-Z]$/.test(this.peek())) this.quietly(() => this.path(false));
      if (this.peek() !== '') throw UNREADABLE;
    });
  }

  /** Reads once more what is at an earlier place. */
  private backReference(run: () => void): void {
    const tag = this.at - 1;
    const target = this.base62();
    if (target >= tag) throw UNREADABLE;
    if (this.silent > 0) return;
    const { at } = this;
    this.at = target;
    this.nest(run);
    this.at = at;
  }

  private path(inValue: boolean): void {
    this.nest(() => this.readPath(inValue));
  }

  private readPath(inValue: boolean): void {
    switch (this.take()) {
      case 'C':
        this.add(this.identifier().name);
        break;
      case 'N':
        this.namespace(inValue);
        break;
      case 'M':
        this.implementation();
        this.add('<');
        this.type();
        this.add('>');
        break;
      case 'X':
        this.implementation();
        this.traitOfType();
        break;
      case 'Y':
        this.traitOfType();
        break;
      case 'I':
        this.path(inValue);
        this.add(inValue ? '::<' : '<');
        this.listUntilE(() => this.argument());
        this.add('>');
        break;
      case 'B':
        this.backReference(() => this.path(inValue));
        break;
      default:
        throw UNREADABLE;
    }
  }

  /** `Nv…`: an item; capitals for what has no name of its own, like closures. */
  private namespace(inValue: boolean): void {
    const kind = this.take();
    if (!/^[A-Za-z]$/.test(kind)) throw UNREADABLE;
    this.path(inValue);
    const { disambiguator, name } = this.identifier();
    if (kind >= 'a') {
      this.add(name === '' ? '' : `::${name}`);
      return;
    }
    const what = kind === 'C' ? 'closure' : kind === 'S' ? 'shim' : kind;
    this.add(`::{${what}${name === '' ? '' : `:${name}`}#${disambiguator}}`);
  }

  /** Where an `impl` is; only the type is printed. */
  private implementation(): void {
    this.optional('s');
    this.quietly(() => this.path(false));
  }

  private traitOfType(): void {
    this.add('<');
    this.type();
    this.add(' as ');
    this.path(false);
    this.add('>');
  }

  private listUntilE(item: () => void): number {
    let count = 0;
    for (; !this.takeIf('E'); count++) {
      if (count > 0) this.add(', ');
      this.step();
      item();
    }
    return count;
  }

  private argument(): void {
    if (this.takeIf('L')) this.lifetime(this.base62());
    else if (this.takeIf('K')) this.constant();
    else this.type();
  }

  /** 0 is the erased one; others count outwards from the innermost `for<…>`. */
  private lifetime(index: number): void {
    if (index === 0) {
      this.add("'_");
      return;
    }
    const depth = this.lifetimes - index;
    if (depth < 0) throw UNREADABLE;
    this.add(depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`);
  }

  /** `G…`: how many lifetimes are named here. */
  private binder(run: () => void): void {
    const count = this.optional('G');
    const before = this.lifetimes;
    if (count > 0) {
      this.add('for<');
      for (let i = 0; i < count; i++) {
        if (i > 0) this.add(', ');
        this.step();
        this.lifetimes++;
        this.lifetime(1);
      }
      this.add('> ');
    }
    run();
    this.lifetimes = before;
  }

  private type(): void {
    this.nest(() => this.readType());
  }

  private readType(): void {
    const tag = this.take();
    const basic = BASIC_TYPES[tag];
    if (basic !== undefined) {
      this.add(basic);
      return;
    }
    switch (tag) {
      case 'R':
      case 'Q':
        this.reference(tag === 'Q');
        break;
      case 'P':
      case 'O':
        this.add(tag === 'P' ? '*const ' : '*mut ');
        this.type();
        break;
      case 'A':
      case 'S':
        this.add('[');
        this.type();
        if (tag === 'A') {
          this.add('; ');
          this.constant();
        }
        this.add(']');
        break;
      case 'T':
        this.add('(');
        if (this.listUntilE(() => this.type()) === 1) this.add(',');
        this.add(')');
        break;
      case 'F':
        this.binder(() => this.functionType());
        break;
      case 'D':
        this.add('dyn ');
        this.binder(() => this.traits());
        this.boundLifetime();
        break;
      case 'B':
        this.backReference(() => this.type());
        break;
      default:
        this.at--;
        this.path(false);
    }
  }

  private reference(isMutable: boolean): void {
    this.add('&');
    if (this.takeIf('L')) {
      const index = this.base62();
      if (index > 0) {
        this.lifetime(index);
        this.add(' ');
      }
    }
    if (isMutable) this.add('mut ');
    this.type();
  }

  private functionType(): void {
    if (this.takeIf('U')) this.add('unsafe ');
    if (this.takeIf('K')) {
      const abi = this.takeIf('C') ? 'C' : this.identifier().name.replaceAll('_', '-');
      this.add(`extern "${abi}" `);
    }
    this.add('fn(');
    this.listUntilE(() => this.type());
    this.add(')');
    if (this.takeIf('u')) return;
    this.add(' -> ');
    this.type();
  }

  private traits(): void {
    for (let i = 0; !this.takeIf('E'); i++) {
      if (i > 0) this.add(' + ');
      this.step();
      const isOpen = this.trait();
      if (isOpen) this.add('>');
    }
  }

  /** `dyn Iterator<Item = u8>`: the types of the trait come after it, in its brackets. Whether they are still open. */
  private trait(): boolean {
    let isOpen = this.pathLeftOpen();
    while (this.takeIf('p')) {
      this.add(isOpen ? ', ' : '<');
      isOpen = true;
      this.add(`${this.identifier().name} = `);
      this.type();
    }
    return isOpen;
  }

  private pathLeftOpen(): boolean {
    let isOpen = false;
    if (this.takeIf('B')) {
      this.backReference(() => {
        isOpen = this.pathLeftOpen();
      });
    } else if (this.takeIf('I')) {
      this.path(false);
      this.add('<');
      this.listUntilE(() => this.argument());
      isOpen = true;
    } else this.path(false);
    return isOpen;
  }

  private boundLifetime(): void {
    if (!this.takeIf('L')) throw UNREADABLE;
    const index = this.base62();
    if (index === 0) return;
    this.add(' + ');
    this.lifetime(index);
  }

  private constant(): void {
    this.nest(() => {
      const type = this.take();
      if (type === 'B') this.backReference(() => this.constant());
      else if (type === 'p') this.add('_');
      else if (INTEGERS.test(type)) this.integer();
      else if (type === 'b') this.add(this.boolean());
      else if (type === 'c') this.character();
      else throw UNREADABLE;
    });
  }

  private integer(): void {
    if (this.takeIf('n')) this.add('-');
    const digits = this.hex();
    this.add(digits.length > 16 ? `0x${digits}` : String(BigInt(`0x${digits || '0'}`)));
  }

  private boolean(): string {
    const digits = this.hex();
    if (digits !== '0' && digits !== '1') throw UNREADABLE;
    return digits === '1' ? 'true' : 'false';
  }

  private character(): void {
    const digits = this.hex();
    const point = Number.parseInt(digits, 16);
    if (!(point <= 0x10ffff)) throw UNREADABLE;
    this.add(point > 0x20 && point < 0x7f ? `'${String.fromCharCode(point)}'` : `'\\u{${digits}}'`);
  }
}

/** `_RNvC4main3run` → `main::run`. What comes after a dot, LLVM has added. Throws where it is no such name. */
export function demangleRustV0(symbol: string, bounds: DemanglingBounds): string {
  const dot = symbol.indexOf('.');
  const text = dot < 0 ? symbol : symbol.slice(0, dot);
  if (!/^_R[0-9A-Za-z_]+$/.test(text)) throw UNREADABLE;
  return new RustPrinter(text.slice(2), bounds).symbol();
}
