import { spawn } from 'node:child_process';
import { createClients } from '../../aws/clients.ts';
import { V8_ENGINES, type V8Plan, visitSeconds } from '../../capture/capture-script.ts';
import { compare } from '../../compare/compare.ts';
import { comparisonJson } from '../../compare/comparison-json.ts';
import type { Differential } from '../../compare/differential.ts';
import { type Config, readConfig } from '../../config.ts';
import { transferDeps } from '../../engine.ts';
import { profileSvg } from '../../flamegraph/profile-svg.ts';
import { accountingText } from '../../profile/accounting-text.ts';
import { flagHazards } from '../../report/flag-hazards.ts';
import { silentLog } from '../../shared/log.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { captureRemotely, instanceArgument, type RemoteCapture } from '../capture/remote-capture.ts';
import { interruptible } from '../interruptible.ts';
import { comparisonTable } from '../output/compare-table.ts';
import { writeDifferential } from '../output/differential-file.ts';
import { waitingProgress } from '../output/progress.ts';
import { stdoutTerminal, type Terminal } from '../output/terminal.ts';
import { checkWritable } from '../output/write-file.ts';
import { writeOutput } from '../output/write-output.ts';
import { parseCommand, usageError, wholeOption } from '../usage.ts';

/** For one instance nobody has to wait for another. */
const LEAD_ALONE_SECONDS = 2;

/**
 * `smokejumper profile INSTANCE_ID [SECONDS] [PID]`: profiles an instance through SSM, with a peer at the same second,
 * writes captures and flame graphs as NAME… and opens the one to look at.
 */
export async function runProfile(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('profile', args);
  const [id, seconds, pid] = positionals;
  if (id === undefined || positionals.length > 3) throw usageError('profile takes INSTANCE_ID [SECONDS] [PID].');
  const config = readConfig(process.env, { topics: 'optional' });
  const hot = instanceArgument(id);
  const peer = values.peer === undefined ? undefined : instanceArgument(values.peer);
  const v8 = v8Plan(values, config);
  const lead = (peer === undefined ? LEAD_ALONE_SECONDS : config.CAPTURE_LEAD_SECONDS) + visitSeconds(v8);
  const plan = {
    seconds: wholeOption('SECONDS', seconds, config.CAPTURE_SECONDS, 1, 600),
    hz: wholeOption('--hz', values.hz, config.CAPTURE_HZ, 1, 4999),
    startAtSeconds: Math.ceil(Date.now() / 1000) + lead,
    v8,
    installPerf: values['install-perf'] ?? config.CAPTURE_INSTALL_PERF === 'on',
  };
  const pids = pid === undefined ? undefined : [wholeOption('PID', pid, 0, 1, 4_194_304)];
  const name = values.output ?? `${hot}-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-')}`;
  await checkWritable(`${name}.svg`);
  const deps = transferDeps(config, createClients(config.AWS_REGION), silentLog);
  return interruptible(async (stop) => {
    const waiting = waitingProgress('profiling', lead + plan.seconds);
    try {
      const [hotCapture, peerCapture] = await Promise.all([
        captureRemotely(deps, hot, { ...plan, ...(pids ? { pids } : {}) }, stop),
        peer === undefined ? undefined : captureRemotely(deps, peer, plan, stop),
      ]);
      waiting.end();
      const saved = await save(name, hotCapture, peerCapture);
      process.stdout.write(values.json ? savedJson(saved) : savedText(saved, stdoutTerminal(values.color)));
      if (!values['no-open']) open(saved.open);
      return 0;
    } finally {
      waiting.end();
    }
  });
}

function v8Plan(
  values: { readonly v8?: string | undefined; readonly 'v8-processes'?: string | undefined },
  config: Config,
): V8Plan {
  if (values.v8 === 'confirm')
    throw usageError('--v8 confirm: only the finding of an incident is confirmed; --v8 lines records as it does.');
  const engine = V8_ENGINES.find((one) => one === (values.v8 ?? config.V8_ENGINE));
  if (engine === undefined)
    throw usageError(`--v8 must be ${V8_ENGINES.join(', ')}, not ${JSON.stringify(values.v8)}.`);
  const maxProcesses = wholeOption('--v8-processes', values['v8-processes'], config.V8_MAX_PROCESSES, 1, 64);
  return { engine, maxProcesses };
}

/** A capture and the files that hold it. */
interface SavedCapture {
  readonly capture: RemoteCapture;
  readonly file: string;
  readonly flamegraph: string;
}

interface Saved {
  readonly captures: readonly SavedCapture[];
  /** The file to look at. */
  readonly open: string;
  /** With a peer. */
  readonly differential: Differential | null;
  /** Null also where the recordings are too weak to draw it. */
  readonly differentialFile: string | null;
}

/** Writes all files. */
async function save(name: string, hot: RemoteCapture, against: RemoteCapture | undefined): Promise<Saved> {
  const first = await saveOne(name, hot);
  if (against === undefined) {
    return { captures: [first], open: first.flamegraph, differential: null, differentialFile: null };
  }
  const second = await saveOne(`${name}-peer`, against);
  const differential = compare([against.profile], hot.profile);
  const path = `${name}-differential.svg`;
  const isDrawn = await writeDifferential(path, differential, `${hot.instanceId} against ${against.instanceId}`);
  return {
    captures: [first, second],
    open: isDrawn ? path : first.flamegraph,
    differential,
    differentialFile: isDrawn ? path : null,
  };
}

function warningsOf({ profile }: RemoteCapture): readonly string[] {
  return [...profile.facts.warnings, ...flagHazards(profile.processes)];
}

async function saveOne(name: string, capture: RemoteCapture): Promise<SavedCapture> {
  const { instanceId, bytes, profile } = capture;
  for (const warning of warningsOf(capture)) process.stderr.write(`${instanceId}: ${visible(warning)}\n`);
  process.stderr.write(`${instanceId}: ${accountingText(profile.ledger)}\n`);
  const file = await write(`${name}.capture.gz`, bytes);
  const flamegraph = await write(`${name}.svg`, profileSvg(profile, { title: instanceId }));
  return { capture, file, flamegraph };
}

function savedText({ differential }: Saved, terminal: Terminal): string {
  return differential === null ? '' : comparisonTable(differential, terminal);
}

function savedJson({ captures, open: toOpen, differential, differentialFile }: Saved): string {
  const answer = {
    open: toOpen,
    captures: captures.map(({ capture, file, flamegraph }) => ({
      instanceId: capture.instanceId,
      file,
      flamegraph,
      samples: capture.profile.ledger.recorded,
      drawn: capture.profile.ledger.drawn,
      warnings: warningsOf(capture),
    })),
    differential: differentialFile,
    comparison: differential === null ? null : (JSON.parse(comparisonJson(differential)) as object),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

async function write(path: string, content: string | Uint8Array): Promise<string> {
  await writeOutput(path, [content]);
  return path;
}

/** In the browser of a person; elsewhere (no terminal, no desktop) the path on stderr is all. */
function open(path: string): void {
  const mac = process.platform === 'darwin';
  if (!process.stderr.isTTY || !(mac || process.env.DISPLAY || process.env.WAYLAND_DISPLAY)) return;
  const child = spawn(mac ? 'open' : 'xdg-open', [path], { stdio: 'ignore', detached: true });
  child.once('error', () => process.stderr.write(`Open ${path} in a browser.\n`));
  child.unref();
}
