/** What a mangled C++ name says: parts that refer to one another, as substitutions repeat parts. */

/** Text and parts one after the other. A list inside is printed with commas, like the arguments of a template. */
export type Part = string | Node | readonly Node[];

/**
 * `T_`, `T0_`, …: stands for an argument of the template around. Which one that is depends on where it is printed, as
 * compilers use one substitution for the first parameter of all templates.
 */
export interface Parameter {
  readonly kind: 'parameter';
  readonly index: number;
}

export interface FunctionType {
  readonly kind: 'function';
  readonly result: Node | undefined;
  readonly params: readonly Node[];
  /** ` const`, ` &&`, ` noexcept`. */
  readonly after: readonly Part[];
}

export type Node =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'builtin'; readonly text: string }
  | { readonly kind: 'scoped'; readonly scope: Node; readonly name: Node }
  | { readonly kind: 'template'; readonly name: Node; readonly args: readonly Node[] }
  | { readonly kind: 'pack'; readonly items: readonly Node[] }
  | Parameter
  /** Constructor or destructor, by the last name before it. */
  | { readonly kind: 'ctor'; readonly text: string }
  | { readonly kind: 'conversion'; readonly to: Node }
  /** `const` and the like, by their letters `r`, `V` and `K`, the outermost first. */
  | { readonly kind: 'qualified'; readonly type: Node; readonly marks: string }
  | { readonly kind: 'pointer'; readonly to: Node; readonly sign: '*' | '&' | '&&' }
  | { readonly kind: 'member'; readonly of: Node; readonly type: Node }
  | { readonly kind: 'array'; readonly of: Node; readonly length: Part }
  | FunctionType
  /** A function with its parameters. */
  | { readonly kind: 'encoding'; readonly name: Node; readonly type: FunctionType }
  | { readonly kind: 'lambda'; readonly params: readonly Node[]; readonly number: number }
  | { readonly kind: 'expansion'; readonly pattern: Node }
  /** How many arguments the first pack in the pattern has. */
  | { readonly kind: 'count'; readonly pattern: Node }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] };

export function named(text: string): Node {
  return { kind: 'name', text };
}

export function builtin(text: string): Node {
  return { kind: 'builtin', text };
}

export function sequence(...parts: readonly Part[]): Node {
  return { kind: 'sequence', parts };
}

/** Parts of a node, in the order in which they are written. */
export function partsOf(node: Node): readonly Part[] {
  switch (node.kind) {
    case 'scoped':
      return [node.scope, node.name];
    case 'template':
      return [node.name, node.args];
    case 'pack':
      return [node.items];
    case 'conversion':
    case 'pointer':
      return [node.to];
    case 'qualified':
      return [node.type];
    case 'member':
      return [node.of, node.type];
    case 'array':
      return [node.length, node.of];
    case 'function':
      return [node.result ?? '', node.params, ...node.after];
    case 'encoding':
      return [node.name, node.type];
    case 'expansion':
    case 'count':
      return [node.pattern];
    case 'sequence':
      return node.parts;
    // Lambdas name their own parameters.
    case 'lambda':
    case 'name':
    case 'builtin':
    case 'ctor':
    case 'parameter':
      return [];
  }
}
