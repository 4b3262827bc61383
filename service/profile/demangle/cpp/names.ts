import { UNREADABLE } from '../bounds.ts';
import { type Node, named, type Part, sequence } from './nodes.ts';
import { ENTRIES, NAME_OBJECTS, OPERATORS, STANDARD_NAMES, TYPE_OBJECTS } from './tables.ts';
import { cvWords, TypeParser } from './types.ts';

const STD = named('std');
const ANONYMOUS = named('(anonymous namespace)');

function isTemplateWithResult(name: Node): boolean {
  if (name.kind === 'scoped') return isTemplateWithResult(name.name);
  if (name.kind !== 'template') return false;
  let last = name.name;
  while (last.kind === 'scoped') last = last.name;
  return last.kind !== 'ctor' && last.kind !== 'conversion';
}

/** Names of functions and variables, which are the outermost thing in a mangled name. */
class NameParser extends TypeParser {
  /** What constructors that come now are called. */
  private lastName = '';
  /** Marks of the member function last read, `K` for const. */
  private after: readonly Part[] = [];

  /** What is in a symbol. Parameters of the outermost function are neither read nor printed. */
  symbol(): Node {
    if (this.takeIf('_GLOBAL_')) return this.initializer();
    this.expect('_Z');
    if (this.isSpecial()) return this.special();
    return this.name();
  }

  /** `_GLOBAL__I_` and the first symbol of a file, or its name: what older compilers call its initializers. */
  private initializer(): Node {
    const which = /^[._$][ID]_$/.exec(this.text.slice(this.at, this.at + 3))?.[0].charAt(1);
    if (which === undefined) throw UNREADABLE;
    this.at += 3;
    const keyed = this.takeIf('_Z') ? this.encoding() : named(this.text.slice(this.at));
    return sequence(`global ${which === 'I' ? 'con' : 'de'}structors keyed to `, keyed);
  }

  private isSpecial(): boolean {
    return this.peek() === 'T' || (this.peek() === 'G' && /^[ARTVI]$/.test(this.peek(1)));
  }

  /** A function inside of something else, with its parameters; or a variable. */
  protected encoding(): Node {
    return this.nest(() => (this.isSpecial() ? this.special() : this.function()));
  }

  private function(): Node {
    this.after = [];
    const name = this.name();
    const after = this.after;
    if (this.peek() === 'E' || this.peek() === '') return after.length > 0 ? sequence(name, ...after) : name;
    const explicit = this.takeIf('J');
    const type = this.bareFunction(explicit || isTemplateWithResult(name), after);
    return { kind: 'encoding', name, type };
  }

  protected name(): Node {
    return this.nest(() => {
      switch (this.peek()) {
        case 'N':
          return this.nested();
        case 'Z':
          return this.withArgs(this.local(), true);
        case 'S': {
          if (this.peek(1) !== 't') return this.withArgs(this.substitution(false), false);
          this.at += 2;
          return this.withArgs({ kind: 'scoped', scope: STD, name: this.unqualifiedName(STD) }, true);
        }
        default:
          return this.withArgs(this.unqualifiedName(undefined), true);
      }
    });
  }

  private withArgs(name: Node, isNew: boolean): Node {
    if (this.peek() !== 'I') return name;
    if (isNew) this.remember(name);
    return { kind: 'template', name, args: this.templateArgs() };
  }

  /** `N` … `E`. */
  private nested(): Node {
    this.expect('N');
    const marks = this.cvMarks();
    const reference = this.takeIf('R') ? ' &' : this.takeIf('O') ? ' &&' : '';
    let node: Node | undefined;
    while (!this.takeIf('E')) {
      if (this.takeIf('M')) continue;
      const here = this.peek();
      node = this.component(node);
      if (here !== 'S' && this.peek() !== 'E') this.remember(node);
    }
    if (node === undefined) throw UNREADABLE;
    this.after = [...cvWords(marks), ...(reference === '' ? [] : [reference])];
    return node;
  }

  private component(scope: Node | undefined): Node {
    const here = this.peek();
    const ahead = this.peek(1);
    let name: Node;
    if (here === 'I') {
      if (scope === undefined) throw UNREADABLE;
      return { kind: 'template', name: scope, args: this.templateArgs() };
    }
    if (here === 'S') name = this.substitution(true);
    else if (here === 'T') name = this.templateParameter();
    else if (here === 'D' && (ahead === 't' || ahead === 'T')) name = this.type();
    else name = this.unqualifiedName(scope);
    return scope === undefined ? name : { kind: 'scoped', scope, name };
  }

  /** `Z` function `E` entity. */
  private local(): Node {
    this.expect('Z');
    const whole = this.encoding();
    this.expect('E');
    // The result of the function around is not printed.
    const scope: Node = whole.kind === 'encoding' ? { ...whole, type: { ...whole.type, result: undefined } } : whole;
    this.after = [];
    if (this.takeIf('s')) {
      this.skipDiscriminator();
      return { kind: 'scoped', scope, name: named('string literal') };
    }
    let prefix: Part = '';
    if (this.takeIf('d')) prefix = `{default arg#${this.compactNumber() + 1}}::`;
    const entity = this.name();
    if (prefix === '' && entity.kind !== 'lambda') this.skipDiscriminator();
    return { kind: 'scoped', scope, name: prefix === '' ? entity : sequence(prefix, entity) };
  }

  protected unqualifiedName(scope: Node | undefined): Node {
    const here = this.peek();
    let name: Node;
    if (this.digitHere()) name = this.identifier();
    else if (here === 'L') {
      this.at++;
      name = this.identifier();
      this.skipDiscriminator();
    } else if (here === 'U') name = this.unnamed();
    else if (here === 'C' || here === 'D') name = this.constructorName(scope);
    else name = this.operatorName();
    return this.tagged(name);
  }

  private tagged(name: Node): Node {
    let node = name;
    while (this.takeIf('B')) node = sequence(node, `[abi:${this.sourceName()}]`);
    return node;
  }

  protected sourceName(): string {
    const length = this.number();
    if (length === 0 || length > this.text.length - this.at) throw UNREADABLE;
    this.at += length;
    return this.text.slice(this.at - length, this.at);
  }

  private identifier(): Node {
    const text = this.sourceName();
    if (/^_GLOBAL_[._$]N/.test(text)) {
      this.lastName = ANONYMOUS.kind === 'name' ? ANONYMOUS.text : '';
      return ANONYMOUS;
    }
    this.lastName = text;
    return named(text);
  }

  /** `Ut_`, `UlvE_`. */
  private unnamed(): Node {
    this.at++;
    if (this.takeIf('t')) return this.remember(named(`{unnamed type#${this.compactNumber() + 1}}`));
    this.expect('l');
    const { params } = this.bareFunction(false, []);
    this.expect('E');
    return { kind: 'lambda', params, number: this.compactNumber() + 1 };
  }

  private constructorName(scope: Node | undefined): Node {
    const kind = this.take();
    if (kind === 'D' && this.takeIf('C')) {
      const names: Node[] = [];
      while (!this.takeIf('E')) names.push(named(this.sourceName()));
      return sequence('[', names, ']');
    }
    const inherited = kind === 'C' && this.takeIf('I');
    if (!/^[0-5]$/.test(this.take())) throw UNREADABLE;
    if (inherited) this.type();
    const text = this.lastName;
    if (scope === undefined || text === '') throw UNREADABLE;
    return { kind: 'ctor', text: kind === 'D' ? `~${text}` : text };
  }

  protected operatorName(): Node {
    this.takeIf('on');
    if (this.takeIf('cv')) {
      const { converting } = this;
      this.converting = true;
      const to = this.type();
      this.converting = converting;
      return { kind: 'conversion', to };
    }
    if (this.takeIf('li')) return sequence(`operator"" ${this.sourceName()}`);
    if (this.peek() === 'v' && /^[0-9]$/.test(this.peek(1))) {
      this.at += 2;
      return sequence(`operator ${this.sourceName()}`);
    }
    const text = OPERATORS[this.take() + this.take()]?.[0].trimEnd();
    if (text === undefined) throw UNREADABLE;
    return sequence(/^[a-z]/.test(text) ? `operator ${text}` : `operator${text}`);
  }

  protected substitution(inPrefix: boolean): Node {
    this.expect('S');
    const here = this.peek();
    if (here === '_' || /^[0-9A-Z]$/.test(here)) return this.remembered(this.sequenceNumber());
    this.at++;
    if (here === 't') return STD;
    const standard = STANDARD_NAMES[here];
    if (standard === undefined) throw UNREADABLE;
    this.lastName = standard.last;
    const isFull = inPrefix && (this.peek() === 'C' || this.peek() === 'D');
    const name = named(isFull ? standard.full : standard.short);
    return this.peek() === 'B' ? this.remember(this.tagged(name)) : name;
  }

  protected templateParameter(): Node {
    this.expect('T');
    return { kind: 'parameter', index: this.compactNumber() };
  }

  protected templateArgs(): readonly Node[] {
    const { lastName } = this;
    if (!this.takeIf('I')) this.expect('J');
    const args: Node[] = [];
    while (!this.takeIf('E')) args.push(this.nest(() => this.templateArg()));
    this.lastName = lastName;
    return args;
  }

  private special(): Node {
    const code = this.take() + this.take();
    const about = code.startsWith('T') ? TYPE_OBJECTS[code.charAt(1)] : undefined;
    if (about !== undefined) return sequence(about, this.type());
    const object = NAME_OBJECTS[code];
    if (object !== undefined) return sequence(object, this.name());
    switch (code) {
      case 'Th':
      case 'Tv':
        return sequence(this.thunk(code.charAt(1)), this.encoding());
      case 'Tc': {
        this.thunk(this.take());
        this.thunk(this.take());
        return sequence('covariant return thunk to ', this.encoding());
      }
      case 'TC': {
        const derived = this.type();
        this.offset();
        this.expect('_');
        return sequence('construction vtable for ', this.type(), '-in-', derived);
      }
      case 'TA':
        return sequence('template parameter object for ', this.templateArg());
      case 'GR': {
        const name = this.name();
        const number = this.digitHere() ? this.number() : 0;
        return sequence(`reference temporary #${number} for `, name);
      }
      case 'GA':
        return sequence(ENTRIES.GA ?? '', this.encoding());
      case 'GT': {
        const text = ENTRIES[code + this.take()];
        if (text !== undefined) return sequence(text, this.encoding());
      }
    }
    throw UNREADABLE;
  }

  /** How far a thunk moves `this`; not printed. */
  private thunk(kind: string): string {
    if (kind !== 'h' && kind !== 'v') throw UNREADABLE;
    this.offset();
    this.expect('_');
    if (kind === 'h') return 'non-virtual thunk to ';
    this.offset();
    this.expect('_');
    return 'virtual thunk to ';
  }

  private offset(): void {
    this.takeIf('n');
    this.number();
  }
}

/** The tree of a mangled name. */
export function parseCpp(mangled: string): Node {
  return new NameParser(mangled).symbol();
}
