import type { FunctionInfo, Ledger, ProcessInfo, Profile, ProfileFacts, ThreadInfo, Tier } from './profile.ts';
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

/** Grows by doubling; `view` is a copy of exactly the used part. */
class IntColumn {
  private data = new Int32Array(1024);
  length = 0;

  push(value: number): number {
    if (this.length === this.data.length) {
      const wider = new Int32Array(this.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length] = value;
    return this.length++;
  }

  view(): Int32Array {
    return this.data.slice(0, this.length);
  }
}

/** Builds a `Profile` frame by frame. Every importer ends here. */
export class ProfileBuilder {
  private readonly functions: FunctionInfo[] = [];
  private readonly functionIds = new Map<string, number>();
  private readonly frameIds = new Map<number, number>();
  private readonly frameFunction = new IntColumn();
  private readonly frameTier = new IntColumn();
  private readonly parent = new IntColumn();
  private readonly frame = new IntColumn();
  /** Child of (node, frame): key = node × 2^26 + frame, exact below 2^53. */
  private readonly children = new Map<number, number>();
  private readonly at = new IntColumn();
  private readonly thread = new IntColumn();
  private readonly node = new IntColumn();
  private readonly count = new IntColumn();
  private readonly weight: number[] = [];
  private readonly threads: ThreadInfo[] = [];
  private readonly processes: ProcessInfo[] = [];

  constructor() {
    this.parent.push(-1);
    this.frame.push(-1);
  }

  /** The id of this function; the first description of a key wins. */
  internFunction(info: FunctionInfo): number {
    const known = this.functionIds.get(info.key);
    if (known !== undefined) return known;
    this.functionIds.set(info.key, this.functions.length);
    return this.functions.push(info) - 1;
  }

  internFrame(functionId: number, tier: Tier): number {
    const key = functionId * TIERS.length + TIERS.indexOf(tier);
    const known = this.frameIds.get(key);
    if (known !== undefined) return known;
    this.frameTier.push(TIERS.indexOf(tier));
    const id = this.frameFunction.push(functionId);
    this.frameIds.set(key, id);
    return id;
  }

  addProcess(process: ProcessInfo): number {
    return this.processes.push(process) - 1;
  }

  addThread(thread: ThreadInfo): number {
    return this.threads.push(thread) - 1;
  }

  child(node: number, frame: number): number {
    const key = node * 0x4000000 + frame;
    const known = this.children.get(key);
    if (known !== undefined) return known;
    this.frame.push(frame);
    const id = this.parent.push(node);
    this.children.set(key, id);
    return id;
  }

  /** The node of a stack of frame ids, root first. */
  stack(frames: Iterable<number>): number {
    let node = 0;
    for (const frame of frames) node = this.child(node, frame);
    return node;
  }

  addSample(atMs: number, thread: number, node: number, count: number, weight: number): void {
    this.at.push(atMs);
    this.thread.push(thread);
    this.node.push(node);
    this.count.push(count);
    this.weight.push(weight);
  }

  finish(facts: ProfileFacts, ledger: Ledger, weightUnit: Profile['weightUnit']): Profile {
    return {
      functions: this.functions,
      frames: {
        length: this.frameFunction.length,
        functionOf: this.frameFunction.view(),
        tier: Uint8Array.from(this.frameTier.view()),
      },
      tree: { length: this.parent.length, parent: this.parent.view(), frame: this.frame.view() },
      samples: {
        length: this.at.length,
        atMs: this.at.view(),
        thread: this.thread.view(),
        node: this.node.view(),
        count: this.count.view(),
        weight: Float64Array.from(this.weight),
      },
      threads: this.threads,
      processes: this.processes,
      weightUnit,
      facts,
      ledger,
    };
  }
}
