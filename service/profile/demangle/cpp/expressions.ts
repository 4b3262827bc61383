import { UNREADABLE } from '../bounds.ts';
import { Cursor } from './cursor.ts';
import { type Node, named, type Part, sequence } from './nodes.ts';
import { FLOAT_TYPES, LITERAL_ENDINGS, OPERATORS } from './tables.ts';

const CASTS: ReadonlySet<string> = new Set(['cc', 'dc', 'rc', 'sc']);
/** Kinds that need no parentheses around them. */
const SIMPLE: ReadonlySet<string> = new Set(['name', 'scoped']);

function operand(node: Node): Part {
  return SIMPLE.has(node.kind) ? node : sequence('(', node, ')');
}

/** Expressions and literals in template arguments and in `decltype`. */
export abstract class ExpressionParser extends Cursor {
  abstract type(): Node;
  protected abstract encoding(): Node;
  protected abstract templateArgs(): readonly Node[];
  protected abstract templateParameter(): Node;
  protected abstract unqualifiedName(scope: Node | undefined): Node;
  protected abstract operatorName(): Node;

  /** After `L`: `i5E`, `b1E`, `_Z3fooE`. */
  protected literal(): Node {
    this.expect('L');
    if (this.takeIf('_Z') || this.takeIf('Z')) {
      const target = this.encoding();
      this.expect('E');
      return target;
    }
    const type = this.type();
    const builtin = type.kind === 'builtin' ? type.text : '';
    if (builtin === 'decltype(nullptr)' && this.takeIf('E')) return type;
    const minus = this.takeIf('n') ? '-' : '';
    const end = this.text.indexOf('E', this.at);
    if (end <= this.at) throw UNREADABLE;
    const value = this.text.slice(this.at, end);
    this.at = end + 1;
    if (builtin === 'bool' && minus === '' && (value === '0' || value === '1')) {
      return sequence(value === '1' ? 'true' : 'false');
    }
    const ending = LITERAL_ENDINGS[builtin];
    if (ending !== undefined) return sequence(minus + value + ending);
    return sequence('(', type, ')', FLOAT_TYPES.has(builtin) ? `${minus}[${value}]` : minus + value);
  }

  expression(): Node {
    return this.nest(() => this.readExpression());
  }

  private readExpression(): Node {
    const here = this.peek();
    if (here === 'L') return this.literal();
    if (here === 'T') return this.templateParameter();
    if (this.digitHere()) return this.templateIfArgs(this.unqualifiedName(undefined));
    const code = here + this.peek(1);
    switch (code) {
      case 'sr':
        return this.scopedName();
      case 'sp':
        this.at += 2;
        return { kind: 'expansion', pattern: this.expression() };
      case 'fp':
      case 'fL':
        if (code === 'fp' || this.peek(2) === 'p' || /[0-9]/.test(this.peek(2))) return this.functionParameter();
        break;
      case 'on':
        this.at += 2;
        return this.templateIfArgs(this.unqualifiedName(undefined));
      case 'il':
      case 'tl':
        return this.braced(code);
      case 'cv':
        return this.conversion();
      case 'nx':
        this.at += 2;
        return sequence('noexcept', '(', this.expression(), ')');
    }
    return this.operation(code);
  }

  private templateIfArgs(name: Node): Node {
    return this.peek() === 'I' ? { kind: 'template', name, args: this.templateArgs() } : name;
  }

  /** `srT_5value`, `sr3std7is_sameIT_iEE5value`, `srNT_5innerE5value`. */
  private scopedName(): Node {
    this.at += 2;
    const hasLevels = this.takeIf('N') || this.digitHere();
    let scope = this.digitHere() ? this.level(undefined) : this.type();
    if (hasLevels) while (!this.takeIf('E')) scope = this.level(scope);
    return this.level(scope);
  }

  private level(scope: Node | undefined): Node {
    const name = this.unqualifiedName(scope);
    return this.templateIfArgs(scope === undefined ? name : { kind: 'scoped', scope, name });
  }

  /** `fpT`, `fp_`, `fp0_`, `fL0p_`. */
  private functionParameter(): Node {
    this.at += 2;
    if (this.peek(-1) === 'L') {
      this.number();
      this.expect('p');
    }
    if (this.takeIf('T')) return named('this');
    while (/^[rVK]$/.test(this.peek())) this.at++;
    return named(`{parm#${this.compactNumber() + 1}}`);
  }

  private braced(code: string): Node {
    this.at += 2;
    const type: Part = code === 'tl' ? this.type() : '';
    return sequence(type, '{', this.expressionsUntil('E'), '}');
  }

  private expressionsUntil(end: string): Node[] {
    const list: Node[] = [];
    while (!this.takeIf(end)) list.push(this.expression());
    return list;
  }

  /** `cv` type expression, or `cv` type `_` expressions `E`. */
  private conversion(): Node {
    this.at += 2;
    const type = this.type();
    const inner: Part = this.takeIf('_') ? this.expressionsUntil('E') : this.expression();
    return sequence('(', type, ')', '(', inner, ')');
  }

  private operation(code: string): Node {
    const operator = OPERATORS[code];
    if (operator === undefined) throw UNREADABLE;
    this.at += 2;
    const [text, operands] = operator;
    if (code.startsWith('f')) return this.fold(code);
    if (code === 'nw' || code === 'na') return this.newExpression(text);
    if (operands === 0) return sequence(text);
    if (operands === 1) return this.unary(code, text);
    if (code === 'qu') {
      const [condition, yes, no] = [this.expression(), this.expression(), this.expression()];
      return sequence(operand(condition), '?', operand(yes), ' : ', operand(no));
    }
    if (operands !== 2) throw UNREADABLE;
    return this.binary(code, text);
  }

  private unary(code: string, text: string): Node {
    if (code === 'st' || code === 'ti') return sequence(text, '(', this.type(), ')');
    if (code === 'at') return sequence(text, '(', this.type(), ')');
    if (code === 'mm' || code === 'pp') {
      const before = this.takeIf('_');
      const inner = operand(this.expression());
      return before ? sequence(text, inner) : sequence(inner, text);
    }
    if (code === 'sZ') return { kind: 'count', pattern: this.expression() };
    if (code === 'sP') {
      const args: Node[] = [];
      while (!this.takeIf('E')) args.push(this.templateArg());
      return sequence(text, '(', args, ')');
    }
    const inner = this.expression();
    if (code === 'gs') return sequence(text, inner);
    // The address of a function that is neither template nor const is printed without parameters.
    const address =
      code === 'ad' && inner.kind === 'encoding' && inner.name.kind === 'scoped' && inner.type.after.length === 0;
    return sequence(text, operand(address ? inner.name : inner));
  }

  private binary(code: string, text: string): Node {
    if (CASTS.has(code)) return sequence(text, '<', this.type(), '>(', this.expression(), ')');
    if (code === 'cl') {
      const callee = this.expression();
      const args = this.expressionsUntil('E');
      return sequence(callee.kind === 'encoding' ? operand(callee.name) : operand(callee), '(', args, ')');
    }
    const left = operand(this.expression());
    if (code === 'ix') return sequence(left, '[', this.expression(), ']');
    if (code === 'dt' || code === 'pt') return sequence(left, text, operand(this.memberName()));
    const right = operand(this.expression());
    // Else it would look like the end of the template arguments.
    return code === 'gt' ? sequence('(', left, text, right, ')') : sequence(left, text, right);
  }

  private memberName(): Node {
    if (this.peek() === 's' || this.peek() === 'T' || this.peek() === 'L') return this.expression();
    this.takeIf('on');
    return this.templateIfArgs(this.unqualifiedName(undefined));
  }

  /** `(...+(pack))` and the like. */
  private fold(code: string): Node {
    const text = OPERATORS[this.take() + this.take()]?.[0];
    if (text === undefined) throw UNREADABLE;
    const first = operand(this.expression());
    if (code === 'fl') return sequence('(...', text, first, ')');
    if (code === 'fr') return sequence('(', first, text, '...)');
    return sequence('(', first, text, '...', text, operand(this.expression()), ')');
  }

  /** `nw` arguments `_` type (`E` | `pi` arguments `E`). */
  private newExpression(text: string): Node {
    const place = this.expressionsUntil('_');
    const parts: Part[] = [text];
    if (place.length > 0) parts.push(' (', place, ')');
    parts.push(' ', this.type());
    if (this.takeIf('pi')) parts.push('(', this.expressionsUntil('E'), ')');
    else if (this.peek() === 'i') parts.push(this.expression());
    else this.expect('E');
    return sequence(...parts);
  }

  protected templateArg(): Node {
    switch (this.peek()) {
      case 'X': {
        this.at++;
        const value = this.expression();
        this.expect('E');
        return value;
      }
      case 'L':
        return this.literal();
      case 'I':
      case 'J':
        return { kind: 'pack', items: this.templateArgs() };
      default:
        return this.type();
    }
  }
}
