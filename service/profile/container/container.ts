/** A container as its runtime's files describe it, in words. All texts are untrusted. */

export interface ContainerInfo {
  /** The first 12 digits. */
  readonly id: string;
  /** Of the container within its pod or task; else as the runtime calls it. */
  readonly name: string | null;
  /** As it was asked for: `shop/web:41`. */
  readonly image: string | null;
  /** Kubernetes. The uid is known from the cgroup where the name is not. */
  readonly pod: string | null;
  readonly podUid: string | null;
  readonly namespace: string | null;
  /** ECS: the cluster (name or ARN), the ARN or the id of the task, the family of its definition. */
  readonly cluster: string | null;
  readonly task: string | null;
  readonly family: string | null;
  /** Of Compose or Swarm. */
  readonly service: string | null;
}

/** Of which nothing but its id is known. */
export function unknownContainer(id: string): ContainerInfo {
  const nothing = { name: null, image: null, pod: null, podUid: null, namespace: null };
  return { id, ...nothing, cluster: null, task: null, family: null, service: null };
}

/** What is behind the last slash of an ARN. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** `web`, or the id. */
export function containerName({ service, name, id }: ContainerInfo): string {
  return service ?? name ?? id;
}

/** What it is part of: `pod shop/web-7f9c`, `ECS task 0123 of shop`; null where that is not known. */
function ownerOf({ pod, podUid, namespace, task, family }: ContainerInfo): string | null {
  if (pod !== null) return `pod ${namespace === null ? pod : `${namespace}/${pod}`}`;
  if (podUid !== null) return `pod ${podUid}`;
  if (family !== null) return `ECS task ${task === null ? 'of' : `${lastPart(task)} of`} ${family}`;
  return task === null ? null : `ECS task ${lastPart(task)}`;
}

/** `web (image shop/web:41, pod shop/web-7f9c)`. */
export function containerWords(container: ContainerInfo): string {
  const image = container.image === null ? null : `image ${container.image}`;
  const known = [image, ownerOf(container)].filter((part) => part !== null);
  return known.length === 0 ? containerName(container) : `${containerName(container)} (${known.join(', ')})`;
}

/**
 * What its image is called in any registry's copy and any release: `shop/web` for `shop/web:41@sha256:…`. Where the
 * runtime knows only a digest, the name that the container has in every pod or task; null where there is neither.
 */
export function imageName({ image, pod, family, name, service }: ContainerInfo): string | null {
  const [repository = ''] = (image ?? '').split('@');
  const plain = repository.replace(/:[^:/]*$/, '').replace(/^docker\.io\/(?:library\/)?/, '');
  if (plain !== '' && plain !== 'sha256' && !/^[0-9a-f]{12,64}$/.test(plain)) return plain;
  return service ?? (pod === null && family === null ? null : name);
}
