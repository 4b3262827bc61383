import { readFileSync } from 'node:fs';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The innermost frame that one of these knows says what the time was for; first match. */
const PARTS: readonly (readonly [part: string, frame: RegExp])[] = [
  ['garbage collection', /^\(garbage collector\)/],
  ['idle', /^\((?:idle|program|root)\)/],
  [
    'signature',
    /^(?:verify|createPublicKey|verifySignature|isSigned|verifyOneShot) |\/alarms\/signature\.ts|X509|x509/,
  ],
  ['certificate store', /signing-certificates\.ts|trust\.ts/],
  ['database', /better-sqlite3|\/service\/store\//],
  ['log', /node_modules\/(?:pino|sonic-boom|thread-stream)\b|\bwriteSync /],
  ['envelope and alarm', /\/service\/(?:alarms|rules|incidents)\/|node_modules\/zod\//],
  ['body', /node_modules\/(?:raw-body|body-parser|iconv-lite|bytes)\//],
  ['express', /node_modules\/|\/service\/http\//],
  ['node:http and sockets', /node:(?:_http|net|internal\/(?:stream|http)|internal\/js_stream|stream|events)/],
  ['timers, promises, events', /node:/],
];

/** Shares of the CPU time of the main thread by part, from a file that `node --cpu-prof` wrote; largest first. */
export function sharesOf(file: string): readonly (readonly [part: string, share: number])[] {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((id) => [id, node.id] as const)));
  const partOf = (id: number | undefined): string => {
    const node = id === undefined ? undefined : byId.get(id);
    if (node === undefined) return 'other';
    const frame = `${node.callFrame.functionName} ${node.callFrame.url}`;
    return PARTS.find(([, pattern]) => pattern.test(frame))?.[0] ?? partOf(parents.get(id as number));
  };
  const sums = new Map<string, number>();
  profile.samples.forEach((id, at) => {
    const part = partOf(id);
    sums.set(part, (sums.get(part) ?? 0) + (profile.timeDeltas[at] ?? 0));
  });
  sums.delete('idle');
  const all = [...sums.values()].reduce((a, b) => a + b, 0);
  return [...sums].map(([part, sum]) => [part, sum / all] as const).sort((a, b) => b[1] - a[1]);
}
