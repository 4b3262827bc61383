import { CallTrie } from './call-trie.ts';
import { FloatColumn, IntColumn } from './columns.ts';
import type {
  FunctionInfo,
  ProcessInfo,
  Profile,
  ProfileFacts,
  SampleAccounting,
  ThreadInfo,
  Tier,
} from './profile.ts';
import { TIERS } from './profile.ts';

export const NO_FACTS: Omit<ProfileFacts, 'source'> = {
  host: null,
  instanceId: null,
  event: null,
  startedAtMs: null,
  seconds: null,
  hz: null,
  cpus: null,
  hostCpu: null,
  load1: null,
  runQueue: null,
  otherProcesses: [],
  requests: null,
  warnings: [],
};

/** Builds a `Profile` frame by frame. Every importer ends here. */
export class ProfileBuilder {
  private readonly functions: FunctionInfo[] = [];
  private readonly functionIds = new Map<string, number>();
  private readonly frameIds = new Map<string, number>();
  private readonly frameFunction = new IntColumn();
  private readonly frameTier = new IntColumn();
  private readonly frameSymbol: string[] = [];
  private readonly frameHidden: number[] = [];
  /** Frames that were inlined into the one above. */
  private readonly inlinedFrames = new Set<number>();
  /** The call tree; importers with a hot loop walk it themselves. */
  readonly trie: CallTrie;
  /** Columns of the samples so far, see `SampleTable`. */
  readonly samples = {
    at: new IntColumn(),
    thread: new IntColumn(),
    node: new IntColumn(),
    count: new IntColumn(),
    weight: new FloatColumn(),
  };
  private readonly threads: ThreadInfo[] = [];
  private readonly processes: ProcessInfo[] = [];

  /** `expectedNodes`: see `CallTrie`. */
  constructor(expectedNodes?: number) {
    this.trie = new CallTrie(expectedNodes);
  }

  /** The id of this function; the first description of a key wins. */
  internFunction(info: FunctionInfo): number {
    const known = this.functionIds.get(info.key);
    if (known !== undefined) return known;
    this.functionIds.set(info.key, this.functions.length);
    return this.addFunction(info);
  }

  /** As `internFunction`, for importers that know that they have not added this function before. */
  addFunction(info: FunctionInfo): number {
    return this.functions.push(info) - 1;
  }

  /** `symbol`: the text of the source, where it keeps one; `hidden`: V8's entry and call stubs. */
  internFrame(functionId: number, tier: Tier, symbol = '', hidden = false, inlined = false): number {
    const tierId = TIERS.indexOf(tier);
    const key = `${functionId} ${tierId} ${inlined} ${symbol}`;
    const known = this.frameIds.get(key);
    if (known !== undefined) return known;
    const id = this.addFrame(functionId, tier, symbol, hidden);
    this.frameIds.set(key, id);
    if (inlined) this.inlinedFrames.add(id);
    return id;
  }

  /** As `internFrame`, for importers that know that they have not added this frame before. Ids count up from 0. */
  addFrame(functionId: number, tier: Tier, symbol: string, hidden: boolean): number {
    this.frameTier.push(TIERS.indexOf(tier));
    this.frameSymbol.push(symbol);
    this.frameHidden.push(hidden ? 1 : 0);
    return this.frameFunction.push(functionId);
  }

  get frameCount(): number {
    return this.frameFunction.length;
  }

  addProcess(process: ProcessInfo): number {
    return this.processes.push(process) - 1;
  }

  addThread(thread: ThreadInfo): number {
    return this.threads.push(thread) - 1;
  }

  child(node: number, frame: number): number {
    return this.trie.child(node, frame);
  }

  /** The node of a stack of frame ids, root first. */
  stack(frames: Iterable<number>): number {
    let node = 0;
    for (const frame of frames) node = this.trie.child(node, frame);
    return node;
  }

  addSample(atMs: number, thread: number, node: number, count: number, weight: number): void {
    const { samples } = this;
    samples.at.push(atMs);
    samples.thread.push(thread);
    samples.node.push(node);
    samples.count.push(count);
    samples.weight.push(weight);
  }

  /** The tree and the samples, without copies: the builder must not be used after this. */
  columns(): Pick<Profile, 'tree' | 'samples'> {
    const { trie, samples } = this;
    return {
      tree: trie.view(),
      samples: {
        length: samples.at.length,
        atMs: samples.at.view(),
        thread: samples.thread.view(),
        node: samples.node.view(),
        count: samples.count.view(),
        weight: samples.weight.view(),
      },
    };
  }

  /** The builder must not be used after this: the profile has its columns. */
  finish(facts: ProfileFacts, ledger: SampleAccounting, weightUnit: Profile['weightUnit']): Profile {
    const inlined = new Uint8Array(this.frameFunction.length);
    for (const frame of this.inlinedFrames) inlined[frame] = 1;
    return {
      functions: this.functions,
      frames: {
        length: this.frameFunction.length,
        functionOf: this.frameFunction.view(),
        tier: new Uint8Array(this.frameTier.view()),
        symbol: this.frameSymbol,
        hidden: new Uint8Array(this.frameHidden),
        ...(this.inlinedFrames.size === 0 ? {} : { inlined }),
      },
      ...this.columns(),
      threads: this.threads,
      processes: this.processes,
      weightUnit,
      facts,
      ledger,
    };
  }
}
