/** The real remote script, once for each service, at the same moment. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { V8Engine } from '../../service/capture/capture-script.ts';
import { readCapture } from '../../service/profile/capture-form/capture-form.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { selectSamples } from '../../service/profile/select-samples.ts';
import { readRemoteScripts } from '../../service/remote-scripts.ts';
import { keepingInputs, withCodeReadAgain } from './code-inputs.ts';
import type { RunningService } from './service-process.ts';

export interface CaptureRequest {
  readonly seconds: number;
  readonly hz: number;
  /** Time for V8 to compile what is hot, and for the load to settle. */
  readonly warmUpSeconds: number;
}

/** perf and awk on a busy machine take their time; what takes longer hangs. */
const TIMEOUT_MS = 300_000;

/** Resolves to stdout; rejects with the end of stderr when the program fails. */
export function runProgram(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: TIMEOUT_MS,
    });
    const chunks: Buffer[] = [];
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString('latin1'));
      else reject(new Error(`${command} ${args[0]} ended with ${code ?? signal}: ${errors}`));
    });
  });
}

/**
 * All services share this machine, so the script sees their neighbours: what it says about the host is cut down to the
 * processes that the service itself started. On a fleet each service has a host to itself.
 */
function asIfAlone(profile: Profile, members: ReadonlySet<number>, reapedCores: number): Profile {
  const otherProcesses = profile.facts.otherProcesses.filter((other) => members.has(other.pid));
  const lasting = [...profile.processes, ...otherProcesses].reduce((sum, one) => sum + (one.cpuSeconds ?? 0), 0);
  const seconds = lasting + reapedCores * (profile.facts.seconds ?? 0);
  const cpus = profile.facts.cpus ?? 1;
  const idle = Math.max(0, cpus * (profile.facts.seconds ?? 0) - seconds);
  const hostCpu = { user: seconds, system: 0, iowait: 0, steal: 0, idle };
  return { ...profile, facts: { ...profile.facts, hostCpu, otherProcesses } };
}

/** What one run of the script brought back. */
export interface Recording {
  /** Gzipped capture form. */
  readonly bytes: Uint8Array;
  /** Pids of the service and of all that it started. */
  readonly members: readonly number[];
  /** Cores of children that ended while it was recorded: no list of processes holds them, but the host's CPU does. */
  readonly reapedCores: number;
  /** Folder of what the look at code read, by process; undefined where it was not kept. */
  readonly code?: string;
}

/** `alone`: as perf would have seen it without V8's profiler. `again`: with the `inlined.js` of today. */
export function readRecording(recording: Recording, alone: boolean, again = false): Profile {
  const kept = gunzipSync(recording.bytes).toString();
  const text = again && recording.code ? withCodeReadAgain(kept, recording.code, alone) : kept;
  const profile = readCapture(alone ? withoutV8(text) : text);
  return asIfAlone(profile, new Set(recording.members), recording.reapedCores);
}

function withoutV8(text: string): string {
  const at = text.search(/^visits \d+$/m);
  if (at < 0) return text;
  const lines = text.slice(at).trimEnd().split('\n');
  const code = lines.slice(lines.findIndex((line) => line.startsWith('code ')));
  const stripped = code.map((line) =>
    line.replace(/^\d+ (\{.*)$/, (whole, json: string) => {
      const { v8: _, ...rest } = JSON.parse(json);
      return `${whole.slice(0, whole.indexOf(' '))} ${JSON.stringify(rest)}`;
    }),
  );
  return `${text.slice(0, at)}visits 0\n${stripped.join('\n')}\n`;
}

/** `keepCode`: a folder for what the look at code reads. */
export async function capture(
  service: RunningService,
  request: CaptureRequest,
  v8: V8Engine,
  keepCode?: string,
): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'culprit-'));
  const out = join(folder, 'capture.gz');
  try {
    const pids = service.pids();
    if (pids.length === 0) throw new Error('There is no process of the service to record.');
    const what = [
      '--id',
      'culprit',
      '--seconds',
      `${request.seconds}`,
      '--hz',
      `${request.hz}`,
      '--pid',
      pids.join(','),
      '--v8',
      v8,
    ];
    const [startedAt, reaped] = [performance.now(), service.reapedSeconds()];
    const script = join(folder, 'run.sh');
    const { run } = readRemoteScripts();
    writeFileSync(script, keepCode === undefined ? run : keepingInputs(run, keepCode));
    await runProgram('sh', [script, 'run', ...what, '--out', out], {
      SMOKEJUMPER_DIR: join(folder, 'script'),
      SMOKEJUMPER_V8_MIN_AGE: '0',
    });
    const reapedCores = (service.reapedSeconds() - reaped) / ((performance.now() - startedAt) / 1000);
    return { bytes: readFileSync(out), members: service.everyPid(), reapedCores: Math.max(0, reapedCores) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first and the second half of a recording, as two recordings. */
export function halves(profile: Profile): [Profile, Profile] {
  const seconds = profile.facts.seconds ?? 0;
  const middle = (seconds * 1000) / 2;
  const half = (second: boolean): Profile => {
    const keep = Uint8Array.from(profile.samples.atMs, (at) => (at >= middle === second ? 1 : 0));
    const selected = selectSamples(profile, keep, profile.ledger);
    const atMs = second ? selected.samples.atMs.map((at) => at - Math.floor(middle)) : selected.samples.atMs;
    const processes = profile.processes.map((process) => ({ ...process, cpuSeconds: null }));
    const facts = { ...profile.facts, seconds: seconds / 2, hostCpu: null, otherProcesses: [] };
    return { ...selected, samples: { ...selected.samples, atMs }, processes, facts };
  };
  return [half(false), half(true)];
}
