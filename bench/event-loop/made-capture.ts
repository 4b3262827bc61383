/** A capture of any number of samples, as an instance sends it (docs/formats.md): the same each time. */
import { gzipSync } from 'node:zlib';
import { seeded } from '../compare/seeded.ts';

export interface MadeCapture {
  readonly samples: number;
  /** The hot side burns a quarter more, in one function. */
  readonly isHot: boolean;
}

const FUNCTIONS = 2000;
const SECONDS = 30;
const PROCESSES = 8;
/** Frames between the event loop and the leaf: Node services have 20 to 60. */
const DEPTH = 40;
/** Distinct stacks for one sample: so the tree has about one node for each, as recordings of real services have. */
const ROUTES_PER_SAMPLE = 0.1;
const BIN_MS = 20;
const BINS = (SECONDS * 1000) / BIN_MS;

/** A node of the call tree. */
interface Node {
  readonly frame: number;
  readonly children: Map<number, Node>;
  /** `[thread, bin]` of the samples that end here. */
  readonly samples: (readonly [number, number])[];
}

const newNode = (frame: number): Node => ({ frame, children: new Map(), samples: [] });

/** A third each of the service, of packages, and of V8. */
function frameLine(i: number): string {
  if (i % 3 === 0) return `=JS:*part${i} /srv/app/lib/part${i % 40}.js:${(i % 500) + 1}:10`;
  if (i % 3 === 1) return `=JS:*step${i} /srv/app/node_modules/package${i % 60}/index.js:${(i % 900) + 1}:5`;
  return `.v8::internal::Runtime_Part${i}`;
}

/** Stacks that share half or more with an earlier one, as those of a service do. */
function makeRoutes(count: number): number[][] {
  const random = seeded(7);
  const routes = [Array.from({ length: DEPTH }, (_, at) => at)];
  while (routes.length < count) {
    const like = routes[Math.floor(random() * routes.length)] ?? [];
    const route = like.slice(0, Math.floor(DEPTH * (0.5 + 0.5 * random())));
    while (route.length < DEPTH) route.push(Math.floor(random() * FUNCTIONS));
    routes.push(route);
  }
  return routes;
}

function makeTree({ samples, isHot }: MadeCapture): Node {
  const routes = makeRoutes(Math.ceil(samples * ROUTES_PER_SAMPLE));
  const random = seeded(isHot ? 2 : 1);
  const root = newNode(-1);
  for (let sample = 0; sample < samples; sample++) {
    const route = routes[Math.floor(random() ** 3 * routes.length)] ?? [];
    let node = root;
    for (const frame of isHot && sample % 4 === 0 ? [...route, 999] : route) {
      const child = node.children.get(frame) ?? newNode(frame);
      node.children.set(frame, child);
      node = child;
    }
    node.samples.push([sample % PROCESSES, Math.floor(random() * BINS)]);
  }
  return root;
}

/** Digits `/` to `~`, in the fewest and the smallest base that hold all numbers below `range`. */
function fixedDigits(range: number): (value: number) => string {
  let width = 1;
  while (80 ** width < range) width++;
  let base = 1;
  while (base ** width < range) base++;
  return (value) => {
    let text = '';
    for (let rest = value, left = width; left > 0; left--, rest = Math.floor(rest / base))
      text = String.fromCharCode(47 + (rest % base)) + text;
    return text;
  };
}

/** Bijective base 40: the last digit from `/`, those before it from `W`. */
function freeDigits(value: number): string {
  let text = String.fromCharCode(47 + (value % 40));
  for (let rest = Math.floor(value / 40); rest > 0; rest = Math.floor((rest - 1) / 40))
    text = String.fromCharCode(87 + ((rest - 1) % 40)) + text;
  return text;
}

/** Marks `!` to `-` go up 1 to 13 levels. */
function marksUp(levels: number): string {
  const whole = '-'.repeat(Math.floor(levels / 13));
  return levels % 13 === 0 ? whole : whole + String.fromCharCode(32 + (levels % 13));
}

interface Written {
  readonly nodes: number;
  readonly tree: string;
  readonly samples: readonly [counts: string, threads: string, bins: string];
}

/** Depth first, children in the order of their frames. */
function write(root: Node): Written {
  const [frameDigits, threadDigits, binDigits] = [fixedDigits(FUNCTIONS), fixedDigits(PROCESSES), fixedDigits(BINS)];
  const tree: string[] = [];
  const lines: [string[], string[], string[]] = [[], [], []];
  let nodes = 0;
  let last = 0;
  const visit = (node: Node, depth: number) => {
    if (depth > 0) {
      tree.push(marksUp(last - depth + 1), frameDigits(node.frame));
      nodes++;
      last = depth;
      if (node.samples.length > 0) {
        if (node.children.size > 0) tree.push('.');
        lines[0].push(freeDigits(node.samples.length - 1));
        for (const [thread, bin] of node.samples.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
          lines[1].push(threadDigits(thread));
          lines[2].push(binDigits(bin));
        }
      }
    }
    const children = [...node.children.values()].sort((a, b) => a.frame - b.frame);
    for (const child of children) visit(child, depth + 1);
  };
  visit(root, 0);
  return { nodes, tree: tree.join(''), samples: [lines[0].join(''), lines[1].join(''), lines[2].join('')] };
}

/** Gzipped, as it is stored. */
export function makeCapture(made: MadeCapture): Uint8Array {
  const { nodes, tree, samples } = write(makeTree(made));
  const cpuSeconds = made.samples / 99 / PROCESSES;
  const facts = {
    ...{ id: 'made', event: 'cpu-clock', hz: 99, seconds: SECONDS, startedAtMs: 1_795_424_139_000, binMs: BIN_MS },
    ...{ period: 10_101_010, scope: 'system', host: 'made', cpus: 64 },
    processes: Array.from({ length: PROCESSES }, (_, at) => ({
      ...{ pid: at + 1, name: 'server.js', cpuSeconds, partial: false, perfMap: 'ok', mapSizes: [] },
    })),
    otherProcesses: [],
    ledger: { recorded: made.samples, drawn: made.samples, filtered: {}, lost: 0 },
    warnings: [],
  };
  const text = [
    'smokejumper-capture 1',
    JSON.stringify(facts),
    `frames ${FUNCTIONS}`,
    '@/usr/bin/node',
    ...Array.from({ length: FUNCTIONS }, (_, i) => frameLine(i)),
    `threads ${PROCESSES}`,
    ...Array.from({ length: PROCESSES }, (_, at) => `${at} ${at + 1} MainThread`),
    `tree ${nodes}`,
    tree,
    `bins ${BINS}`,
    `samples ${made.samples}`,
    ...samples,
    '',
  ];
  return gzipSync(text.join('\n'));
}
