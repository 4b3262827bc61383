/** Folded stacks for the benchmark, from the recording that bench:profile makes. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { perfText } from '../profile/input.ts';

export interface Inputs {
  /** Two parts of one recording, one after the other. */
  readonly first: string;
  readonly second: string;
  /** The first, repeated under many tenants. */
  readonly million: string;
}

/** What is recorded: 200 MB of perf text a part. */
const MEGABYTES = 400;
const DISTINCT_STACKS = 1_000_000;

/** Both parts with one separator at the end, which all tools want. */
function split(text: string, folder: string): [string, string] {
  const paths: [string, string] = [join(folder, 'first.txt'), join(folder, 'second.txt')];
  if (paths.every((path) => existsSync(path))) return paths;
  const bytes = readFileSync(text);
  const middle = bytes.indexOf('\n\n', bytes.length / 2) + 2;
  writeFileSync(paths[0], bytes.subarray(0, middle));
  writeFileSync(paths[1], bytes.subarray(middle));
  return paths;
}

function collapse(text: string): string {
  const path = text.replace(/\.txt$/, '.folded');
  if (existsSync(path)) return path;
  const cli = join(import.meta.dirname, '../../service/cli/main.ts');
  const { status, stderr } = spawnSync(process.execPath, [cli, 'collapse', text, '--samples', '-o', path]);
  if (status !== 0) throw new Error(`collapse failed: ${stderr}`);
  return path;
}

/** Each stack once a tenant, right below the process: as wide a tree as a fleet's would be. */
function multiply(folded: string): string {
  const path = join(folded, '../million.folded');
  if (existsSync(path)) return path;
  const lines = readFileSync(folded, 'utf8').trimEnd().split('\n');
  const out = openSync(`${path}.tmp`, 'w');
  for (let tenant = 0, written = 0; written < DISTINCT_STACKS; tenant++) {
    const name = `;tenant_${String(tenant).padStart(3, '0')};`;
    writeSync(out, `${lines.map((line) => line.replace(';', name)).join('\n')}\n`);
    written += lines.length;
  }
  closeSync(out);
  renameSync(`${path}.tmp`, path);
  return path;
}

export async function makeInputs(root: string): Promise<Inputs> {
  const text = await perfText(join(root, 'smokejumper-bench-profile'), MEGABYTES);
  const folder = join(root, 'smokejumper-bench-flamegraph');
  mkdirSync(folder, { recursive: true });
  const [first, second] = split(text, folder).map(collapse) as [string, string];
  return { first, second, million: multiply(first) };
}
