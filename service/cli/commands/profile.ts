import { spawn } from 'node:child_process';
import { createClients } from '../../aws/clients.ts';
import { V8_ENGINES, type V8Plan, visitSeconds } from '../../capture/capture-script.ts';
import { compare } from '../../compare/compare.ts';
import { transferDeps } from '../../compose.ts';
import { type Config, readConfig } from '../../config.ts';
import { profileSvg } from '../../flamegraph/profile-svg.ts';
import { accountingText } from '../../profile/accounting-text.ts';
import { flagHazards } from '../../report/flag-hazards.ts';
import { silentLog } from '../../shared/log.ts';
import { captureRemotely, instanceArgument, type RemoteCapture } from '../capture/remote-capture.ts';
import { comparisonTable } from '../output/compare-table.ts';
import { writeDifferential } from '../output/differential-file.ts';
import { waitingProgress } from '../output/progress.ts';
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
    seconds: wholeOption('seconds', seconds, config.CAPTURE_SECONDS, 1, 600),
    hz: wholeOption('hz', values.hz, config.CAPTURE_HZ, 1, 4999),
    startAtSeconds: Math.ceil(Date.now() / 1000) + lead,
    v8,
    installPerf: values['install-perf'] ?? config.CAPTURE_INSTALL_PERF === 'on',
  };
  const pids = pid === undefined ? undefined : [wholeOption('pid', pid, 0, 1, 4_194_304)];
  const name = values.output ?? `${hot}-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-')}`;
  await checkWritable(`${name}.svg`);
  const deps = transferDeps(config, createClients(config.AWS_REGION), silentLog);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const endProgress = waitingProgress('profiling', lead + plan.seconds);
  try {
    const [hotCapture, peerCapture] = await Promise.all([
      captureRemotely(deps, hot, { ...plan, ...(pids ? { pids } : {}) }, stop.signal),
      peer === undefined ? undefined : captureRemotely(deps, peer, plan, stop.signal),
    ]);
    endProgress();
    const picture = await save(name, hotCapture, peerCapture);
    if (!values['no-open']) open(picture);
    return 0;
  } finally {
    endProgress();
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  }
}

function v8Plan(
  values: { readonly v8?: string | undefined; readonly 'v8-processes'?: string | undefined },
  config: Config,
): V8Plan {
  if (values.v8 === 'confirm')
    throw usageError('--v8 confirm: only the finding of an incident is confirmed; --v8 lines records as it does.');
  const engine = V8_ENGINES.find((one) => one === (values.v8 ?? config.V8_ENGINE));
  if (engine === undefined) throw usageError(`--v8 must be off, fallback or lines, not ${JSON.stringify(values.v8)}.`);
  const maxProcesses = wholeOption('v8-processes', values['v8-processes'], config.V8_MAX_PROCESSES, 1, 64);
  return { engine, maxProcesses };
}

/** Writes all files; returns the one to look at. */
async function save(name: string, hot: RemoteCapture, against: RemoteCapture | undefined): Promise<string> {
  const picture = await saveOne(name, hot);
  if (against === undefined) return picture;
  await saveOne(`${name}-peer`, against);
  const differential = compare([against.profile], hot.profile);
  process.stdout.write(comparisonTable(differential));
  const title = `${hot.instanceId} against ${against.instanceId}`;
  const path = `${name}-differential.svg`;
  return (await writeDifferential(path, differential, title)) ? path : picture;
}

async function saveOne(name: string, { instanceId, bytes, profile }: RemoteCapture): Promise<string> {
  for (const warning of profile.facts.warnings) process.stderr.write(`${instanceId}: ${warning}\n`);
  for (const hazard of flagHazards(profile.processes)) process.stderr.write(`${instanceId}: ${hazard}\n`);
  process.stderr.write(`${instanceId}: ${accountingText(profile.ledger)}\n`);
  await write(`${name}.capture.gz`, bytes);
  return write(`${name}.svg`, profileSvg(profile, { title: instanceId }));
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
