import { UNREADABLE } from '../bounds.ts';
import { ExpressionParser } from './expressions.ts';
import { builtin, type FunctionType, type Node, named, type Part, sequence } from './nodes.ts';
import { BUILTIN_D_TYPES, BUILTIN_TYPES } from './tables.ts';

/** Made once: most names have many. */
const BUILTINS = new Map(Object.entries(BUILTIN_TYPES).map(([code, text]) => [code, builtin(text)]));
const BUILTINS_D = new Map(Object.entries(BUILTIN_D_TYPES).map(([code, text]) => [code, builtin(text)]));
const AUTO = builtin('auto');
const DECLTYPE_AUTO = builtin('decltype(auto)');
const SIGNS: Readonly<Record<string, '*' | '&' | '&&'>> = { P: '*', R: '&', O: '&&' };

export abstract class TypeParser extends ExpressionParser {
  /** Reading the type of a conversion operator. */
  protected converting = false;

  protected abstract name(): Node;
  protected abstract substitution(inPrefix: boolean): Node;
  protected abstract sourceName(): string;

  type(): Node {
    const known = BUILTINS.get(this.peek());
    if (known !== undefined) {
      this.at++;
      return known;
    }
    return this.nest(() => this.readType());
  }

  private readType(): Node {
    const here = this.peek();
    switch (here) {
      case 'r':
      case 'V':
      case 'K':
        return this.remember(this.qualifiedType());
      case 'P':
      case 'R':
      case 'O':
        this.at++;
        return this.remember({ kind: 'pointer', to: this.type(), sign: SIGNS[here] ?? '*' });
      case 'F':
        return this.remember(this.functionType([]));
      case 'A':
        return this.remember(this.array());
      case 'M': {
        this.at++;
        const of = this.type();
        return this.remember({ kind: 'member', of, type: this.type() });
      }
      case 'T':
        return this.parameterType();
      case 'S':
        return this.standardType();
      case 'D':
        return this.typeOfD();
      case 'C':
      case 'G':
        this.at++;
        return this.remember(sequence(this.type(), here === 'C' ? ' _Complex' : ' _Imaginary'));
      case 'U':
        return this.vendorType();
      case 'u':
        this.at++;
        return this.remember(named(this.sourceName()));
      default:
        return this.remember(this.name());
    }
  }

  protected cvMarks(): string {
    const from = this.at;
    while (this.peek() === 'r' || this.peek() === 'V' || this.peek() === 'K') this.at++;
    return this.text.slice(from, this.at);
  }

  private qualifiedType(): Node {
    const marks = this.cvMarks();
    if (this.peek() === 'F' || this.functionMarkHere()) return this.functionType(this.functionMarks(marks));
    return { kind: 'qualified', type: this.type(), marks };
  }

  private functionMarkHere(): boolean {
    return this.peek() === 'D' && /^[xoOw]$/.test(this.peek(1));
  }

  /** What is printed after the parameters, for `marks` and the marks that follow here: the innermost first. */
  private functionMarks(marks: string): readonly Part[] {
    const after: (readonly Part[])[] = [cvWords(marks)];
    while (this.functionMarkHere()) {
      this.at++;
      after.push(this.functionMark(this.take()));
    }
    return after.reverse().flat();
  }

  private functionMark(mark: string): readonly Part[] {
    if (mark === 'o') return [' noexcept'];
    if (mark === 'x') return [' transaction_safe'];
    if (mark === 'O') {
      const condition = this.expression();
      this.expect('E');
      return [' noexcept(', condition, ')'];
    }
    const types: Node[] = [];
    while (!this.takeIf('E')) types.push(this.type());
    return [' throw(', types, ')'];
  }

  private functionType(after: readonly Part[]): FunctionType {
    this.expect('F');
    this.takeIf('Y');
    const type = this.bareFunction(true, after);
    this.expect('E');
    return type;
  }

  /** Result, where it is there, and parameters, up to the end or an `E`, which is not taken. */
  protected bareFunction(hasResult: boolean, after: readonly Part[]): FunctionType {
    const result = hasResult ? this.type() : undefined;
    const params: Node[] = [];
    let reference = '';
    while (this.peek() !== 'E' && this.peek() !== '' && this.peek() !== '.') {
      if ((this.peek() === 'R' || this.peek() === 'O') && this.peek(1) === 'E') {
        reference = this.take() === 'R' ? ' &' : ' &&';
      } else params.push(this.type());
    }
    const only = params[0];
    if (only === undefined) throw UNREADABLE;
    if (params.length === 1 && only === BUILTINS.get('v')) params.pop();
    return { kind: 'function', result, params, after: reference === '' ? after : [...after, reference] };
  }

  /** `A3_i`, `A_i`, `AT__i`. */
  private array(): Node {
    this.at++;
    let length: Part = '';
    if (this.digitHere()) length = String(this.number());
    else if (this.peek() !== '_') length = this.expression();
    this.expect('_');
    return { kind: 'array', of: this.type(), length };
  }

  private parameterType(): Node {
    const parameter = this.remember(this.templateParameter());
    if (this.peek() !== 'I') return parameter;
    if (!this.converting) return this.remember({ kind: 'template', name: parameter, args: this.templateArgs() });
    // `operator T<int>`: these arguments are those of the operator, unless others follow. Tried only once: no nesting.
    const before = this.mark();
    this.converting = false;
    const args = this.templateArgs();
    this.converting = true;
    if (this.peek() === 'I') return this.remember({ kind: 'template', name: parameter, args });
    this.goBack(before);
    return parameter;
  }

  private standardType(): Node {
    if (/^[0-9A-Z_]$/.test(this.peek(1))) {
      const known = this.substitution(false);
      if (this.peek() !== 'I') return known;
      return this.remember({ kind: 'template', name: known, args: this.templateArgs() });
    }
    const before = this.at;
    const name = this.name();
    // `Ss` alone is as short as a substitution would be.
    return this.at === before + 2 ? name : this.remember(name);
  }

  private typeOfD(): Node {
    if (this.functionMarkHere()) return this.remember(this.functionType(this.functionMarks('')));
    const known = BUILTINS_D.get(this.peek(1));
    this.at += 2;
    if (known !== undefined) return known;
    switch (this.peek(-1)) {
      case 'a':
        return AUTO;
      case 'c':
        return DECLTYPE_AUTO;
      case 'F':
        return this.extendedFloat();
      case 'p':
        return this.remember({ kind: 'expansion', pattern: this.type() });
      case 't':
      case 'T': {
        const value = this.expression();
        this.expect('E');
        return this.remember(sequence('decltype (', value, ')'));
      }
      case 'v':
        return this.remember(this.vector());
    }
    throw UNREADABLE;
  }

  /** `DF16_`, `DF16b`. */
  private extendedFloat(): Node {
    const bits = this.number();
    if (this.takeIf('b')) return builtin(`std::bfloat${bits}_t`);
    const extended = this.takeIf('x');
    if (!extended) this.expect('_');
    return builtin(`_Float${bits}${extended ? 'x' : ''}`);
  }

  /** `Dv4_f`, `Dv_` expression `_f`. */
  private vector(): Node {
    let length: Part = '';
    if (this.takeIf('_')) length = this.expression();
    else length = String(this.number());
    this.expect('_');
    return sequence(this.type(), ' __vector(', length, ')');
  }

  /** `U3foo3bar` is `bar foo`. */
  private vendorType(): Node {
    if (this.peek(1) === 't' || this.peek(1) === 'l') return this.remember(this.name());
    this.at++;
    const word = named(this.sourceName());
    const attribute: Node = this.peek() === 'I' ? { kind: 'template', name: word, args: this.templateArgs() } : word;
    return this.remember(sequence(this.type(), ' ', attribute));
  }
}

/** Words of marks, whose first is the outermost: it is printed last. */
export function cvWords(marks: string): string[] {
  return Array.from(marks, (mark) => (mark === 'K' ? ' const' : mark === 'V' ? ' volatile' : ' restrict')).reverse();
}
