import { AwsFault } from '../aws-fault.ts';

/** Deep enough for every request of the services played (MetricDataQueries reach 7). */
const MAX_DEPTH = 12;
/** PutMetricData, the largest, has 1000 metrics of some 10 fields. */
const MAX_PARAMETERS = 30_000;

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

/**
 * Reads the flat parameters of the query and EC2 query protocols (`Filter.1.Value.2=x`, `Tags.member.1.Key=x`,
 * `Attributes.entry.1.key=x`) into structures, lists and maps.
 */
export function decodeQuery(parameters: URLSearchParams): Record<string, unknown> {
  if (parameters.size > MAX_PARAMETERS) throw new AwsFault('MalformedQueryString', 'Too many parameters.');
  const root: Node = { children: new Map() };
  for (const [key, value] of parameters) {
    const path = key.split('.');
    if (path.length > MAX_DEPTH) throw new AwsFault('MalformedQueryString', 'A parameter is nested too deeply.');
    let node = root;
    for (const part of path) {
      let next = node.children.get(part);
      if (!next) {
        next = { children: new Map() };
        node.children.set(part, next);
      }
      node = next;
    }
    node.value = value;
  }
  return structure(root);
}

function structure(node: Node): Record<string, unknown> {
  // No prototype: a member may be called `__proto__`.
  const members: Record<string, unknown> = Object.create(null);
  for (const [name, child] of node.children) members[name] = read(child);
  return members;
}

function read(node: Node): unknown {
  if (node.children.size === 0) return node.value ?? '';
  const member = onlyChild(node, 'member');
  if (member) return member.children.size === 0 ? [] : numbered(member);
  const entry = onlyChild(node, 'entry');
  if (entry) return mapOf(entry);
  if ([...node.children.keys()].every((key) => /^\d+$/.test(key))) return numbered(node);
  return structure(node);
}

function onlyChild(node: Node, name: string): Node | undefined {
  return node.children.size === 1 ? node.children.get(name) : undefined;
}

function inOrder(node: Node): Node[] {
  return [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

function numbered(node: Node): unknown[] {
  return inOrder(node).map(read);
}

/** SNS writes maps as `.key`/`.value`, its message attributes as `.Name`/`.Value`. */
function mapOf(node: Node): Record<string, unknown> {
  const members: Record<string, unknown> = Object.create(null);
  for (const entry of inOrder(node)) {
    const key = (entry.children.get('key') ?? entry.children.get('Name'))?.value;
    const value = entry.children.get('value') ?? entry.children.get('Value');
    if (key !== undefined && value) members[key] = read(value);
  }
  return members;
}
