/** Processes for the V8 engine to visit, each in a network of its own, and what the visits leave in them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { engineCommand, engineEnvironment } from '../../../bench/attach/engine-text.ts';
import type { Fact } from '../../../bench/attach/visit.ts';
import { folder } from './remote-script.ts';

/** Why no process can be visited here; undefined when it can. */
export function noVisits(): string | undefined {
  if (process.getuid?.() !== 0) return 'the V8 engine is tested as root';
  const trial = spawnSync('unshare', ['--net', 'sh', '-c', 'ip link set lo up && command -v nsenter setpriv setsid']);
  return trial.status === 0 ? undefined : 'no networks of their own can be made here (unshare, ip, nsenter, setpriv)';
}

/** Every target answers `state` on its standard input, and does what it is told to. */
const ANSWERING = `
const inspector = await import('node:inspector');
let sessions = 0;
const { connect, disconnect } = inspector.Session.prototype;
inspector.Session.prototype.connect = function () { sessions++; return connect.call(this); };
inspector.Session.prototype.disconnect = function () { sessions--; return disconnect.call(this); };
const symbols = Object.getOwnPropertySymbols(globalThis).length;
const state = () => ({
  sessions, left: Object.getOwnPropertySymbols(globalThis).length - symbols, open: inspector.url() !== undefined,
});
const say = (fact) => console.log(JSON.stringify(fact));
process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const line of text.trim().split('\\n')) line === 'state' ? say(state()) : order(line);
});
`;

/** A millisecond and a half of each four: of a tenth of that, half a second at 199 Hz may see nothing. */
const BURN = `
function weigh(n) { let sum = 0; for (let i = 0; i < n; i++) sum += Math.sqrt(i); return sum; }
function handle() { return weigh(1000000); }
`;

export const BUSY: string = `${BURN}setInterval(handle, 3);\nfunction order() {}\n`;

export interface TargetOptions {
  /** After it the program says \`ready\`. \`order(line)\` gets what the test says. */
  readonly source: string;
  readonly node?: string;
  readonly kind?: 'mjs' | 'cjs';
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Command words before node, run in the network of the target. */
  readonly within?: readonly string[];
  /** In the network of another target. */
  readonly beside?: Target;
}

export class Target {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  errors = '';

  constructor(child: ChildProcess) {
    this.child = child;
    this.#lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** The next line that it says. */
  async next(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the target has ended: ${this.errors}`);
    return JSON.parse(value);
  }

  say(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  state(): Promise<unknown> {
    this.say('state');
    return this.next();
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}

export const NOTHING_LEFT = { sessions: 0, left: 0, open: false };

export async function startTarget(t: TestContext, options: TargetOptions): Promise<Target> {
  const dir = folder(t);
  // The target may be another user.
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'app'));
  const kind = options.kind ?? 'mjs';
  const file = join(dir, 'app', `service.${kind}`);
  const ready = 'say({ ready: process.pid });\n';
  const text = `${ANSWERING}${ready}`;
  const awaited = kind === 'mjs' ? text : `(async () => {${text}Object.assign(globalThis, { say });})();\n`;
  writeFileSync(file, `${options.source}${awaited}`);
  const program = [options.node ?? process.execPath, ...(options.args ?? []), file];
  const words = [...(options.within ?? []), ...program];
  const network =
    options.beside === undefined
      ? ['unshare', '--net', 'sh', '-c', 'ip link set lo up; exec "$0" "$@"', ...words]
      : ['nsenter', '--target', String(options.beside.pid), '--net', ...words];
  const [command = '', ...args] = network;
  const child = spawn(command, args, { cwd: '/', env: { PATH: process.env.PATH, ...options.env } });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const target = new Target(child);
  await target.next();
  return target;
}

export interface Engine {
  readonly child: ChildProcess;
  /** Where profiles and facts are. */
  readonly out: string;
  readonly done: Promise<{ facts: Fact[]; errors: string }>;
}

/** Has the processes visited by the real engine. */
export function startEngine(
  t: TestContext,
  pids: readonly number[],
  { seconds = 0.5, settings = {} }: { seconds?: number; settings?: Readonly<Record<string, string>> } = {},
): Engine {
  const work = folder(t);
  const out = join(work, 'out');
  const commands = `
v8_begin ${seconds} 199 ${pids.join(' ')}
echo begun
[ -z "\${test_pause:-}" ] || read -r _
sleep ${seconds}
v8_collect "$v8_work/out"`;
  const child = spawn('sh', ['-c', engineCommand(commands)], {
    env: engineEnvironment(work, { v8_min_age: '0', v8_keep_seconds: '20', ...settings }),
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const done = once(child, 'exit').then(() => ({ facts: readFacts(out), errors }));
  return { child, out, done };
}

function readFacts(out: string): Fact[] {
  try {
    const lines = readFileSync(join(out, 'facts'), 'utf8').trimEnd();
    return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly hitCount: number;
    readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export function readProfile(engine: Engine, pid: number): CpuProfile {
  return JSON.parse(readFileSync(join(engine.out, `${pid}.cpuprofile`), 'utf8'));
}
