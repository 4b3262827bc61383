/**
 * Identical paths in different images are different code. Where a recording has processes of several images that run
 * files of the same path, the functions of these files are told apart by image, in all profiles that are compared: so
 * the one image of one side matches the same image of the other.
 */
import { CallTrie } from '../call-trie.ts';
import { at } from '../columns.ts';
import { Graft } from '../graft.ts';
import type { FrameTable, FunctionInfo, InlinedCandidates, Profile } from '../profile.ts';
import { imageName } from './container.ts';

/** For each process the name of its image; '' where it is in no container, or in one that nothing is known of. */
export function imagesOf({ processes }: Pick<Profile, 'processes'>): string[] {
  return processes.map(({ runsIn }) => (runsIn === undefined ? '' : (imageName(runsIn) ?? '')));
}

/** The file of a function as its key has it; undefined for Node's own code and all that is in no file. */
function fileOf(fn: FunctionInfo): string | undefined {
  if ((fn.category !== 'app' && fn.category !== 'dependency') || fn.file === null) return undefined;
  return fn.key.slice(fn.key.indexOf('\t') + 1).split('\t')[0];
}

function keyIn(image: string, key: string): string {
  return image === '' ? key : key.replace('\t', `\t${image.replaceAll('\t', ' ')}:`);
}

/** By image: 1 for each function with samples in a process of it. */
export function functionsByImage(profile: Profile): Map<string, Uint8Array> {
  const { samples, threads, tree, frames, functions } = profile;
  const images = imagesOf(profile);
  const seen = new Map<string, { readonly nodes: Uint8Array; readonly functions: Uint8Array }>();
  for (let row = 0; row < samples.length; row++) {
    const image = images[threads[at(samples.thread, row)]?.process ?? -1] ?? '';
    const known = seen.get(image) ?? {
      nodes: new Uint8Array(tree.length),
      functions: new Uint8Array(functions.length),
    };
    seen.set(image, known);
    for (let node = at(samples.node, row); node > 0 && known.nodes[node] === 0; node = at(tree.parent, node)) {
      known.nodes[node] = 1;
      known.functions[at(frames.functionOf, at(tree.frame, node))] = 1;
    }
  }
  return new Map([...seen].map(([image, one]) => [image, one.functions]));
}

/** Files that processes of several images have. */
function sharedFiles(profile: Profile): string[] {
  const images = new Map<string, Set<string>>();
  for (const [image, used] of functionsByImage(profile)) {
    if (image === '') continue;
    profile.functions.forEach((fn, index) => {
      const file = used[index] === 1 ? fileOf(fn) : undefined;
      if (file !== undefined) images.set(file, (images.get(file) ?? new Set()).add(image));
    });
  }
  return [...images].filter(([, of]) => of.size > 1).map(([file]) => file);
}

/** Functions and frames of a profile, and those that are in some image. */
class Copies {
  readonly functions: FunctionInfo[];
  private readonly frameFunction: number[];
  private readonly frameFrom: number[];
  private readonly frames: FrameTable;
  private readonly shared: readonly boolean[];
  private readonly keys: readonly string[];
  /** Whose the functions of the profile have become: those of the image that asked first. */
  private readonly ownerOf = new Map<number, string>();
  private readonly functionIn = new Map<string, number>();
  private readonly frameIn = new Map<string, number>();

  constructor({ functions, frames }: Profile, files: ReadonlySet<string>) {
    this.functions = [...functions];
    this.frames = frames;
    this.frameFunction = [...frames.functionOf];
    this.frameFrom = this.frameFunction.map((_, frame) => frame);
    this.keys = functions.map(({ key }) => key);
    this.shared = functions.map((fn) => files.has(fileOf(fn) ?? ''));
  }

  isShared(fn: number): boolean {
    return this.shared[fn] === true;
  }

  function(fn: number, image: string): number {
    if (!this.isShared(fn)) return fn;
    const info = this.functions[fn] as FunctionInfo;
    const key = keyIn(image, this.keys[fn] as string);
    if (!this.ownerOf.has(fn)) {
      this.ownerOf.set(fn, image);
      this.functions[fn] = { ...info, key };
    }
    if (this.ownerOf.get(fn) === image) return fn;
    const id = this.functionIn.get(key) ?? this.functions.push({ ...info, key }) - 1;
    this.functionIn.set(key, id);
    return id;
  }

  frame(frame: number, image: string): number {
    const fn = at(this.frames.functionOf, frame);
    const copy = this.function(fn, image);
    if (copy === fn) return frame;
    const key = `${frame} ${image}`;
    const known = this.frameIn.get(key);
    if (known !== undefined) return known;
    const id = this.frameFunction.push(copy) - 1;
    this.frameFrom.push(frame);
    this.frameIn.set(key, id);
    return id;
  }

  table(): FrameTable {
    const { frames, frameFrom } = this;
    const bytes = (column: Uint8Array) => Uint8Array.from(frameFrom, (from) => at(column, from));
    return {
      length: frameFrom.length,
      functionOf: Int32Array.from(this.frameFunction),
      tier: bytes(frames.tier),
      symbol: frameFrom.map((from) => frames.symbol[from] ?? ''),
      hidden: bytes(frames.hidden),
      ...(frames.inlined === undefined ? {} : { inlined: bytes(frames.inlined) }),
    };
  }
}

/** What V8 may have inlined, in each image that has the caller. */
function candidatesIn(
  profile: Profile,
  copies: Copies,
  images: Iterable<string>,
): { inlinedCandidates?: readonly InlinedCandidates[] } {
  const { inlinedCandidates, functions } = profile;
  if (inlinedCandidates === undefined) return {};
  const index = new Map(functions.map((fn, i) => [fn.key, i]));
  const inImage = (key: string, image: string): FunctionInfo | undefined => {
    const known = index.get(key);
    return known === undefined ? undefined : copies.functions[copies.function(known, image)];
  };
  const all = [...images].flatMap((image) =>
    inlinedCandidates.map(({ caller, callees }) => ({
      caller: inImage(caller, image)?.key ?? caller,
      callees: callees.map((one) => ({ ...one, fn: inImage(one.fn.key, image) ?? one.fn })),
    })),
  );
  return { inlinedCandidates: [...new Map(all.map((one) => [one.caller, one])).values()] };
}

function apart(profile: Profile, files: ReadonlySet<string>): Profile {
  const { samples, threads, tree } = profile;
  const images = imagesOf(profile);
  const copies = new Copies(profile, files);
  if (!profile.functions.some((_, fn) => copies.isShared(fn)) || images.every((image) => image === '')) return profile;
  const trie = new CallTrie();
  const grafts = new Map(
    images.map((image) => [image, new Graft(tree, trie, 0, (frame) => copies.frame(frame, image))]),
  );
  const graftOf = (image: string) => grafts.get(image) as Graft;
  const node = new Int32Array(samples.length);
  for (let row = 0; row < samples.length; row++) {
    const image = images[threads[at(samples.thread, row)]?.process ?? 0] ?? '';
    node[row] = graftOf(image).node(at(samples.node, row));
  }
  // V8 counts lines by node: of several images the first that has the node gets them.
  const [fallback = ''] = images;
  const imageAt = (of: number) => images.find((image) => graftOf(image).has(of)) ?? fallback;
  const lineTicks = profile.lineTicks?.map((ticks) => ({
    ...ticks,
    node: graftOf(imageAt(ticks.node)).node(ticks.node),
  }));
  const candidates = candidatesIn(profile, copies, new Set(images));
  return {
    ...profile,
    ...(lineTicks === undefined ? {} : { lineTicks }),
    ...candidates,
    functions: copies.functions,
    frames: copies.table(),
    tree: trie.view(),
    samples: { ...samples, node },
  };
}

/**
 * The profiles as they are where no recording has such files, and where nothing is known of the containers of one: to
 * tell apart on one side only would make all of its code new.
 */
export function apartByImage(profiles: readonly Profile[]): readonly Profile[] {
  const images = profiles.map((profile) => new Set(imagesOf(profile)));
  const known = images.map((names) => [...names].filter((name) => name !== '').length);
  if (!known.some((count) => count > 1) || known.includes(0)) return profiles;
  const files = new Set(profiles.flatMap((profile, i) => ((known[i] ?? 0) > 1 ? sharedFiles(profile) : [])));
  return files.size === 0 ? profiles : profiles.map((profile) => apart(profile, files));
}
