import { CallTrie } from '../call-trie.ts';
import { at } from '../columns.ts';
import type { FunctionInfo, Profile, Tier } from '../profile.ts';
import { TIERS } from '../profile.ts';

/** A finished profile that gets more functions, frames and nodes, and samples at other nodes. */
export class ProfileEdit {
  readonly nodeOfRow: Int32Array;
  private readonly profile: Profile;
  private readonly functions: FunctionInfo[];
  private readonly functionIds: Map<string, number>;
  private readonly frameFunction: number[];
  private readonly frameTier: number[];
  private readonly frameSymbol: string[];
  private readonly frameHidden: number[];
  private readonly frameInlined: number[];
  private readonly frameIds = new Map<string, number>();
  /** Of the profile's nodes under their own numbers: a node is the only one of its parent with its frame. */
  private readonly trie = new CallTrie();
  private readonly symbols = new Map<number, string>();

  constructor(profile: Profile) {
    this.profile = profile;
    const { functions, frames, tree, samples } = profile;
    this.functions = [...functions];
    this.functionIds = new Map(functions.map(({ key }, id) => [key, id]));
    this.frameFunction = [...frames.functionOf];
    this.frameTier = [...frames.tier];
    this.frameSymbol = [...frames.symbol];
    this.frameHidden = [...frames.hidden];
    this.frameInlined = this.frameFunction.map(() => 0);
    for (let node = 1; node < tree.length; node++) this.trie.child(at(tree.parent, node), at(tree.frame, node));
    this.nodeOfRow = Int32Array.from(samples.node);
  }

  internFunction(info: FunctionInfo): number {
    const known = this.functionIds.get(info.key);
    if (known !== undefined) return known;
    const id = this.functions.push(info) - 1;
    this.functionIds.set(info.key, id);
    return id;
  }

  /** The text of the source for frames of a function that are added. */
  setSymbol(fn: number, symbol: string): void {
    this.symbols.set(fn, symbol);
  }

  /** `inlined`: within the code of the frame above, an `INLINED_…`; 0: code of its own. */
  internFrame(fn: number, tier: Tier, inlined: number): number {
    const key = `${fn} ${tier} ${inlined}`;
    const known = this.frameIds.get(key);
    if (known !== undefined) return known;
    const id = this.frameFunction.push(fn) - 1;
    this.frameTier.push(TIERS.indexOf(tier));
    this.frameSymbol.push(this.symbols.get(fn) ?? '');
    this.frameHidden.push(0);
    this.frameInlined.push(inlined);
    this.frameIds.set(key, id);
    return id;
  }

  child(node: number, frame: number): number {
    return this.trie.child(node, frame);
  }

  parentOf(node: number): number {
    return at(this.trie.parent, node);
  }

  frameOf(node: number): number {
    return at(this.trie.frame, node);
  }

  functionOf(node: number): number {
    return this.frameFunction[this.frameOf(node)] as number;
  }

  tierOf(node: number): Tier {
    return TIERS[this.frameTier[this.frameOf(node)] as number] as Tier;
  }

  info(fn: number): FunctionInfo {
    return this.functions[fn] as FunctionInfo;
  }

  isHidden(node: number): boolean {
    return this.frameHidden[this.frameOf(node)] === 1;
  }

  /** `witnessed`: V8's profiler has told inlined functions apart, even if there were none. */
  finish(witnessed: boolean): Profile {
    const anyInlined = witnessed || this.frameInlined.some((how) => how > 0);
    return {
      ...this.profile,
      functions: this.functions,
      frames: {
        length: this.frameFunction.length,
        functionOf: Int32Array.from(this.frameFunction),
        tier: Uint8Array.from(this.frameTier),
        symbol: this.frameSymbol,
        hidden: Uint8Array.from(this.frameHidden),
        ...(anyInlined ? { inlined: Uint8Array.from(this.frameInlined) } : {}),
      },
      tree: this.trie.view(),
      samples: { ...this.profile.samples, node: this.nodeOfRow },
    };
  }
}
