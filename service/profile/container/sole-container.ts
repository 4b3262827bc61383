/** Which container a function runs in, where it runs in one only. */
import { at } from '../columns.ts';
import type { Profile } from '../profile.ts';
import { type ContainerInfo, containerName, containerWords, unknownContainer } from './container.ts';

/** 1 for the nodes that `isFunction` accepts and all below. */
function below({ tree }: Profile, isFunction: (node: number) => boolean): Uint8Array {
  const inside = new Uint8Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    if (isFunction(node) || inside[at(tree.parent, node)] === 1) inside[node] = 1;
  }
  return inside;
}

/** Copies of one container have its name and image in common. */
function commonWords(containers: readonly ContainerInfo[]): string | undefined {
  const [first] = containers;
  if (first === undefined || containers.length === 1) return first && containerWords(first);
  const plain = ({ name, image, service, id }: ContainerInfo) =>
    containerWords({ ...unknownContainer(id), name, image, service });
  const alike = containers.every((one) => plain(one) === plain(first) && containerName(one) !== one.id);
  return alike ? plain(first) : undefined;
}

/**
 * The container of all samples with a node that `isFunction` accepts on their stacks, in words; undefined where one
 * of them is from elsewhere.
 */
export function soleContainer(profile: Profile, isFunction: (node: number) => boolean): string | undefined {
  const { processes, samples, threads } = profile;
  if (!processes.some(({ container }) => container != null)) return undefined;
  const inside = below(profile, isFunction);
  const used = new Set<number>();
  for (let row = 0; row < samples.length; row++) {
    if (inside[at(samples.node, row)] === 1) used.add(threads[at(samples.thread, row)]?.process ?? -1);
  }
  const found = new Map<string, ContainerInfo>();
  for (const process of used) {
    const info = processes[process];
    if (info?.container == null) return undefined;
    found.set(info.container, info.runsIn ?? unknownContainer(info.container));
  }
  return commonWords([...found.values()]);
}
