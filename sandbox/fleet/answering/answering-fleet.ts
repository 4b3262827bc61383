/**
 * A fleet by the hundred: its instances run nothing. They answer Run Command as the remote scripts would, with a
 * recording that was made before, and note who asked for what.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RunningScript, SandboxFleet, SandboxInstance, ScriptOutcome, ScriptRun } from '../instance.ts';

/** One run of the script that records. */
export interface Recording {
  readonly captureId: string;
  readonly instanceId: string;
  readonly groupName: string;
  readonly beganAtMs: number;
  /** Expected, from the beginning on. */
  readonly endedAtMs: number;
}

export interface AnsweringFleet extends SandboxFleet {
  readonly instances: readonly AnsweringInstance[];
  readonly groups: readonly string[];
  /** All of them, the oldest first. */
  readonly recordings: readonly Recording[];
  /** Results that lie on instances, as `capture on instance`. */
  kept(): readonly string[];
}

/** What the hot instance of each group recorded, and what its peer did. */
export interface Captures {
  readonly hot: Buffer;
  readonly peer: Buffer;
}

/** Groups of two instances: the first burns. `first`: number of the first one, of which its id and address are made. */
export function answeringFleet(groups: number, captures: Captures, first = 0): AnsweringFleet {
  const names = Array.from({ length: groups }, (_, at) => `group-${String(at).padStart(3, '0')}`);
  const recordings: Recording[] = [];
  const note = (recording: Recording) => void recordings.push(recording);
  const instances = names.flatMap((name, at) => [
    new AnsweringInstance(first + 2 * at, name, HOT_PERCENT, captures.hot, note),
    new AnsweringInstance(first + 2 * at + 1, name, PEER_PERCENT, captures.peer, note),
  ]);
  return {
    instances,
    groups: names,
    recordings,
    kept: () => instances.flatMap(({ id, kept }) => [...kept].map((captureId) => `${captureId} on ${id}`)),
  };
}

const HOT_PERCENT = 82;
const PEER_PERCENT = 21;
const CPUS = 2;
/** As much as the script sends with one answer: in base64 it is just below what SSM keeps of an output. */
const PART_BYTES = 17_400;
/** The lines around every place that `source` is asked for. */
const LINES = ['// busy', '', 'const http = 1;', 'function handle(request) {', '  return spin(request);', '}'];

class AnsweringInstance implements SandboxInstance {
  readonly id: string;
  readonly groupName: string;
  readonly instanceType = 'm7i.large';
  readonly zone = 'us-east-1a';
  readonly imageId = 'ami-0d3b0c5e2f9a84716';
  readonly privateIp: string;
  readonly launchedAt = new Date(Date.now() - 86_400_000);
  readonly launchTemplateVersion = '7';
  readonly cpus = CPUS;
  readonly state = 'online';
  readonly kept = new Set<string>();
  private readonly percent: number;
  private readonly capture: Buffer;
  private readonly note: (recording: Recording) => void;

  constructor(
    number: number,
    groupName: string,
    percent: number,
    capture: Buffer,
    note: (recording: Recording) => void,
  ) {
    this.id = `i-${number.toString(16).padStart(17, '0')}`;
    this.privateIp = `10.0.${number >> 8}.${number & 255}`;
    this.groupName = groupName;
    this.percent = percent;
    this.capture = capture;
    this.note = note;
  }

  cpuSeconds(): number {
    return ((Date.now() - this.launchedAt.getTime()) / 1000) * CPUS * (this.percent / 100);
  }

  run({ commands, timeoutSeconds }: ScriptRun): RunningScript {
    const call = readCall(commands);
    const startAtMs = Number(call.options.get('start-at')?.[0] ?? 0) * 1000;
    const seconds = Number(call.options.get('seconds')?.[0] ?? 0);
    const runMs = call.action === 'run' ? Math.max(0, startAtMs - Date.now()) + seconds * 1000 : 0;
    if (call.action === 'run') {
      const { id, groupName } = this;
      const beganAtMs = Date.now();
      this.note({ captureId: call.id, instanceId: id, groupName, beganAtMs, endedAtMs: beganAtMs + runMs });
    }
    const ended = Promise.withResolvers<ScriptOutcome>();
    const end = (outcome: Omit<ScriptOutcome, 'stderr'>) => {
      clearTimeout(timer);
      ended.resolve({ ...outcome, stderr: Buffer.alloc(0) });
    };
    const isLate = runMs > timeoutSeconds * 1000;
    const answer = async () => end({ exitCode: 0, ended: 'exit', stdout: Buffer.from(await this.answer(call)) });
    const timer = setTimeout(() => (isLate ? end(KILLED) : void answer()), Math.min(runMs, timeoutSeconds * 1000));
    return { outcome: ended.promise, cancel: () => end({ ...KILLED, ended: 'cancel' }) };
  }

  private answer({ action, id, options }: Call): string | Promise<string> {
    const about = { smokejumper: 1, ok: true, id };
    switch (action) {
      case 'run':
        this.kept.add(id);
        return this.part(id, 0);
      case 'fetch':
        if (options.has('to')) return this.upload(id, options);
        return this.part(id, Number(options.get('offset')?.[0] ?? 0));
      case 'clean':
        this.kept.delete(id);
        return printed('', about);
      case 'source': {
        const places = (options.get('place') ?? []).map((place) => Number(place.split(':')[1]));
        const text = places.map((line) => `${JSON.stringify({ ...EXCERPT, line })}\n`).join('');
        const { length } = places;
        return printed(gzipSync(text).toString('base64'), { ...about, places: length, kept: length });
      }
      default:
        throw new Error(`no instance knows the script ${action}`);
    }
  }

  private async upload(id: string, options: Call['options']): Promise<string> {
    const [url = '', checksum = ''] = [options.get('to')?.[0], options.get('checksum')?.[0]];
    const headers = { 'content-type': 'application/octet-stream', 'x-amz-checksum-sha256': checksum };
    const { status } = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(this.capture) });
    const said = { smokejumper: 1, id };
    if (status === 200) return printed('', { ...said, ok: true, uploaded: id });
    return printed('', { ...said, ok: false, code: 'UPLOAD_FAILED', message: `The upload was answered ${status}.` });
  }

  private part(id: string, offset: number): string {
    const bytes = this.capture.subarray(offset, offset + PART_BYTES);
    const sha256 = createHash('sha256').update(this.capture).digest('hex');
    const chunk = { offset, length: bytes.length };
    return printed(bytes.toString('base64'), {
      ...{ smokejumper: 1, ok: true, id, bytes: this.capture.length, sha256, chunk },
    });
  }
}

const KILLED = { exitCode: 137, ended: 'timeout', stdout: Buffer.alloc(0) } as const;
const EXCERPT = {
  lines: LINES,
  first: 1,
  path: 'busy.js',
  original: null,
  package: { name: 'busy', version: '1.0.0' },
  deploy: { commit: 'c0ffee'.padEnd(40, '0'), revision: null, release: null },
};

interface Call {
  readonly action: string;
  readonly id: string;
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** `main 'run' '--id' 'cap-1' '--seconds' '30'`, the last line of what the agent is sent. */
function readCall(commands: readonly string[]): Call {
  const line = commands.join('\n').trimEnd().split('\n').at(-1) ?? '';
  const [action = '', ...words] = [...line.matchAll(/'([^']*)'/g)].map(([, word = '']) => word);
  const options = new Map<string, string[]>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const name = (words[at] ?? '').replace(/^--/, '');
    options.set(name, [...(options.get(name) ?? []), words[at + 1] ?? '']);
  }
  return { action, id: options.get('id')?.[0] ?? '', options };
}

function printed(base64: string, report: object): string {
  return `${base64}\n${JSON.stringify(report)}\n`;
}
