/** A call tree over names: stacks of the same text are one node. */
import { MANY_NODES } from '../call-trie.ts';
import { checkLength, widened } from '../columns.ts';

/** 32 million take 0.8 GB. */
const MOST_NODES = 1 << 25;
/** With more children, a node has a table of them: before, looking at each is quicker than to hash. */
const FEW_CHILDREN = 16;

export class FoldedTrie {
  /** Nodes; 0 is the root, which has no name. Parents come before children. */
  length = 1;
  /** Index into `names`. */
  name: Int32Array = new Int32Array(MANY_NODES);
  /** Children of a node are a chain, latest first; 0 ends it, as the root is nobody's child. */
  firstChild: Int32Array = new Int32Array(MANY_NODES);
  nextSibling: Int32Array = new Int32Array(MANY_NODES);
  /** Own weight of a node, not that of its children. */
  value: Float64Array = new Float64Array(MANY_NODES);
  readonly names: string[] = [];
  private readonly ids = new Map<string, number>();
  /** Children by name, of nodes that have many. */
  private readonly many = new Map<number, Map<number, number>>();

  /** Id of a name. */
  id(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    this.ids.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  /** The child of `node` for a name, made when new. */
  child(node: number, name: number): number {
    let child = this.firstChild[node] as number;
    for (let left = FEW_CHILDREN; child !== 0; child = this.nextSibling[child] as number) {
      if (this.name[child] === name) return child;
      if (--left === 0) return this.childOfMany(node, name);
    }
    return this.append(node, name);
  }

  add(node: number, value: number): void {
    this.value[node] = (this.value[node] as number) + value;
  }

  private childOfMany(node: number, name: number): number {
    let children = this.many.get(node);
    if (children === undefined) {
      children = new Map();
      for (let child = this.firstChild[node] as number; child !== 0; child = this.nextSibling[child] as number) {
        children.set(this.name[child] as number, child);
      }
      this.many.set(node, children);
    }
    const known = children.get(name);
    if (known !== undefined) return known;
    const made = this.append(node, name);
    children.set(name, made);
    return made;
  }

  private append(node: number, name: number): number {
    if (this.length === this.name.length) this.grow();
    const made = this.length++;
    this.name[made] = name;
    this.nextSibling[made] = this.firstChild[node] as number;
    this.firstChild[node] = made;
    return made;
  }

  private grow(): void {
    checkLength(this.length, MOST_NODES, 'calls');
    for (const column of ['name', 'firstChild', 'nextSibling'] as const) {
      this[column] = widened(this[column], this.length * 2);
    }
    this.value = widened(this.value, this.length * 2);
  }
}
