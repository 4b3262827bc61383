import { type DemanglingBounds, UNREADABLE } from '../bounds.ts';
import { type FunctionType, type Node, type Parameter, type Part, partsOf } from './nodes.ts';
import { Output } from './output.ts';
import { cvWords } from './types.ts';

type Pointer = Node & { kind: 'pointer' };

/** What template parameters stand for, in one template after the other around it. */
interface Scope {
  readonly args: readonly Node[];
  readonly outer: Scope | undefined;
}

/**
 * Prints as libiberty does, which perf and c++filt use, blanks included. A type is printed in two halves, as what it is
 * the type of stands between them: `void (*` and `)(int)`.
 */
class Printer extends Output {
  private packIndex = 0;
  private scope: Scope | undefined;
  /** Arguments of the template whose name is being printed. */
  private current: readonly Node[] | undefined;
  /** Scope of each parameter at the first reference to it: it keeps that scope as a substitution. */
  private readonly firstScopes = new Map<Parameter, Scope | undefined>();
  private lambdas = 0;

  text(node: Node): string {
    return this.until(() => this.print(node));
  }

  private print(node: Node): void {
    this.left(node);
    this.right(node);
  }

  private list(nodes: readonly Node[]): void {
    const { pending } = this;
    const { length } = this.out;
    for (const [i, node] of nodes.entries()) {
      if (i > 0) this.pending += ', ';
      this.print(node);
    }
    this.dropCommas(length, pending);
  }

  private parts(parts: readonly Part[]): void {
    for (const part of parts) {
      if (typeof part === 'string') this.add(part);
      else if ('kind' in part) this.print(part);
      else this.list(part);
    }
  }

  private argument(parameter: Parameter): Node | undefined {
    const argument = this.scope?.args[parameter.index];
    return argument?.kind === 'pack' ? argument.items[this.packIndex] : argument;
  }

  private within<T>(scope: Scope | undefined, run: () => T): T {
    const outer = this.scope;
    this.scope = scope;
    const result = run();
    this.scope = outer;
    return result;
  }

  /** Does something with what `node` stands for, in whose scope; with `node` itself in generic lambdas. */
  private resolved<T>(node: Node, run: (node: Node) => T): T {
    if (node.kind !== 'parameter' || this.lambdas > 0) return run(node);
    const argument = this.argument(node);
    if (argument === undefined) throw UNREADABLE;
    return this.ahead(() => this.within(this.scope?.outer, () => this.resolved(argument, run)));
  }

  private left(node: Node): void {
    this.enter(node);
    this.leftOf(node);
    this.path.pop();
  }

  private leftOf(node: Node): void {
    switch (node.kind) {
      case 'name':
      case 'builtin':
      case 'ctor':
        this.add(node.text);
        break;
      case 'scoped':
        this.print(node.scope);
        this.add('::');
        this.print(node.name);
        break;
      case 'template':
        this.template(node.name, node.args);
        break;
      case 'pack':
        this.list(node.items);
        break;
      case 'parameter':
        if (this.lambdas > 0) this.add(`auto:${node.index + 1}`);
        else this.resolved(node, (to) => this.left(to));
        break;
      case 'conversion':
        this.conversion(node.to);
        break;
      case 'qualified':
        this.qualified(node.type, node.marks);
        break;
      case 'pointer':
        this.pointer(node);
        break;
      case 'member':
        this.member(node.of, node.type);
        break;
      case 'array':
        this.left(node.of);
        break;
      case 'function':
        this.result(node);
        break;
      case 'encoding':
        this.encoding(node.name, node.type);
        break;
      case 'lambda':
        this.add('{lambda(');
        this.lambdas++;
        this.list(node.params);
        this.lambdas--;
        this.add(`)#${node.number}}`);
        break;
      case 'expansion':
        this.expansion(node.pattern);
        break;
      case 'count':
        this.add(String(this.packOf(node.pattern)?.length ?? 0));
        break;
      case 'sequence':
        this.parts(node.parts);
        break;
    }
  }

  private right(node: Node): void {
    this.enter(node);
    this.rightOf(node);
    this.path.pop();
  }

  private rightOf(node: Node): void {
    switch (node.kind) {
      case 'parameter':
        if (this.lambdas === 0) this.resolved(node, (to) => this.right(to));
        break;
      case 'qualified':
        this.right(node.type);
        break;
      case 'pointer':
        this.pointee(node, (to) => {
          if (this.isInsideOut(to)) this.add(')');
          this.right(to);
        });
        break;
      case 'member':
        if (this.isInsideOut(node.type)) this.add(')');
        this.right(node.type);
        break;
      case 'array': {
        if (this.lastChar !== ']') this.add(' ');
        this.add('[');
        this.parts([node.length]);
        this.add(']');
        this.right(node.of);
        break;
      }
      case 'function':
        this.add('(');
        this.list(node.params);
        this.add(')');
        this.parts(node.after);
        if (node.result !== undefined) this.right(node.result);
        break;
      default:
        // Others are written in one piece.
        break;
    }
  }

  private template(name: Node, args: readonly Node[]): void {
    const { current } = this;
    this.current = args;
    this.print(name);
    if (this.lastChar === '<') this.add(' ');
    this.add('<');
    this.list(args);
    // Before C++11, `>>` would have been a shift.
    if (this.lastChar === '>') this.add(' ');
    this.add('>');
    this.current = current;
  }

  /** `operator T<int>`: the arguments of the operator itself are in its name. */
  private conversion(to: Node): void {
    this.add('operator ');
    const args = this.current;
    if (args === undefined) this.print(to);
    else this.within({ args, outer: this.scope }, () => this.print(to));
  }

  private encoding(name: Node, type: FunctionType): void {
    const last = name.kind === 'scoped' ? name.name : name;
    const print = () => {
      this.result(type);
      this.print(name);
      this.right(type);
    };
    if (last.kind === 'template') this.within({ args: last.args, outer: this.scope }, print);
    else print();
  }

  /** Qualifiers that both a type and its use in a template have are printed once. */
  private qualified(type: Node, marks: string): void {
    this.resolved(type, (inner) => {
      if (inner.kind === 'qualified') {
        const own = [...inner.marks].filter((mark) => !marks.includes(mark));
        return this.ahead(() => this.qualified(inner.type, marks + own.join('')));
      }
      const has = this.marksOfElements(inner);
      this.left(inner);
      for (const word of cvWords([...marks].filter((mark) => !has.includes(mark)).join(''))) this.add(word);
    });
  }

  private marksOfElements(type: Node): string {
    if (type.kind !== 'array') return '';
    const ofElement = (of: Node) => (of.kind === 'qualified' ? of.marks : this.marksOfElements(of));
    return this.ahead(() => this.resolved(type.of, ofElement));
  }

  /** Does something with what a pointer points to. A reference to a reference is one, to an lvalue if either is. */
  private pointee(pointer: Pointer, run: (to: Node, sign: string) => void, sign: string = pointer.sign): void {
    const { to } = pointer;
    const isParameter = to.kind === 'parameter' && this.lambdas === 0;
    const whole = () => {
      if (sign === '*' || !this.pointeeOfBoth(to, run, sign)) run(to, sign);
    };
    if (sign === '*' || !isParameter) whole();
    else if (!this.firstScopes.has(to)) {
      this.firstScopes.set(to, this.scope);
      whole();
    } else if (this.path.includes(to) || this.path.indexOf(pointer) < this.path.length - 1) whole();
    else this.within(this.firstScopes.get(to), whole);
  }

  /** False where `to` is no reference. */
  private pointeeOfBoth(to: Node, run: (to: Node, sign: string) => void, sign: string): boolean {
    return this.resolved(to, (inner) => {
      if (inner.kind !== 'pointer' || inner.sign === '*') return false;
      this.ahead(() => this.pointee(inner, run, inner.sign === '&' ? '&' : sign));
      return true;
    });
  }

  private pointer(pointer: Pointer): void {
    this.pointee(pointer, (to, sign) => {
      this.left(to);
      this.open(to);
      this.add(sign);
    });
  }

  private member(of: Node, type: Node): void {
    this.left(type);
    this.open(type);
    if (this.lastChar !== '(') this.add(' ');
    this.print(of);
    this.add('::*');
  }

  private open(to: Node): void {
    const kind = this.isInsideOut(to);
    if (kind === undefined) return;
    const isApart = this.lastChar === ' ' || (kind === 'function' && /[(*]/.test(this.lastChar));
    this.add(isApart ? '(' : ' (');
  }

  /** Whether something of this type is written inside of the type: then its kind. */
  private isInsideOut(type: Node): 'function' | 'array' | undefined {
    return this.resolved(type, (node) => {
      if (node.kind === 'qualified') return this.ahead(() => this.isInsideOut(node.type));
      return node.kind === 'function' || node.kind === 'array' ? node.kind : undefined;
    });
  }

  /** The blank after the result is left out where the result is a pointer to a function. */
  private result({ result }: FunctionType): void {
    if (result === undefined) return;
    this.left(result);
    if (!this.hasRight(result)) this.add(' ');
  }

  private hasRight(type: Node): boolean {
    return this.resolved(type, (node) => {
      if (node.kind === 'pointer') return this.ahead(() => this.hasRight(node.to));
      if (node.kind === 'qualified' || node.kind === 'member') return this.ahead(() => this.hasRight(node.type));
      return node.kind === 'function' || node.kind === 'array';
    });
  }

  private expansion(pattern: Node): void {
    const pack = this.lambdas > 0 ? undefined : this.packOf(pattern);
    if (pack === undefined) {
      const isSimple = pattern.kind === 'name' || pattern.kind === 'scoped';
      this.parts(isSimple ? [pattern, '...'] : ['(', pattern, ')...']);
      return;
    }
    const { packIndex } = this;
    for (let i = 0; i < pack.length; i++) {
      this.packIndex = i;
      this.print(pattern);
      if (i < pack.length - 1) this.add(', ');
    }
    this.packIndex = packIndex;
  }

  /** What the first parameter in `node` that stands for a pack stands for. */
  private packOf(node: Part): readonly Node[] | undefined {
    if (typeof node === 'string') return undefined;
    if ('kind' in node && node.kind === 'parameter') {
      const argument = this.scope?.args[node.index];
      if (argument === undefined) throw UNREADABLE;
      return argument.kind === 'pack' ? argument.items : undefined;
    }
    for (const part of 'kind' in node ? partsOf(node) : node) {
      const found = this.ahead(() => this.packOf(part));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

export function printCpp(node: Node, bounds: DemanglingBounds): string {
  return new Printer(bounds).text(node);
}
