import type { AwsClients } from '../../aws/clients.ts';
import type { Config } from '../../config.ts';
import { chooseDeps, transferDeps } from '../../engine.ts';
import { chooseTargets } from '../../fleet/choose-targets.ts';
import { CPU_LOOK_BACK_MS } from '../../incidents/steps/choose-for.ts';
import type { Profile } from '../../profile/profile.ts';
import { flagHazards } from '../../report/flag-hazards.ts';
import { AppError } from '../../shared/errors.ts';
import type { InstanceId } from '../../shared/ids.ts';
import { silentLog } from '../../shared/log.ts';
import { captureRemotely, instanceArgument } from '../capture/remote-capture.ts';
import { type Check, note, ok } from './run-checks.ts';

const MINUTES = CPU_LOOK_BACK_MS / 60_000;
/** What else they do is said where it is seen; this must be known before. */
const BEFORE = '(/tmp must be writable, or Node does not start: docs/operations.md, "What the flags cost")';
const NODE_OPTIONS = '--perf-basic-prof-only-functions --interpreted-frames-native-stack';

/** Checks of one instance: who would be its peer, and what one second of recording brings. */
export function instanceChecks(config: Config, aws: AwsClients, id: string): Check[] {
  const instanceId = instanceArgument(id);
  return [
    { name: 'peers', run: () => checkPeers(config, aws, instanceId) },
    { name: 'recording', run: () => checkRecording(config, aws, instanceId) },
  ];
}

async function checkPeers(config: Config, aws: AwsClients, instanceId: InstanceId) {
  const { fleet, clock, peers, peerMinAgeMs } = chooseDeps(config, aws);
  const group = await fleet.groupOf(instanceId);
  if (group === undefined)
    return note(`${instanceId} is in no Auto Scaling group and in none by PEER_TAG: reports will show it alone`);
  const members = await fleet.members(group);
  const now = clock.now();
  const cpu = await fleet.cpu(
    members.map((member) => member.instanceId),
    now - CPU_LOOK_BACK_MS,
    now,
  );
  const choice = chooseTargets({
    instanceIds: [instanceId],
    wholeGroups: [],
    members,
    cpu,
    now,
    peers,
    minPeerAgeMs: peerMinAgeMs,
  });
  const measured = cpu.get(instanceId)?.length ?? 0;
  return [
    choice.noPeerReason === null ? ok(`${choice.peers.join(', ')} of group ${group}`) : note(choice.noPeerReason),
    measured > 0
      ? ok(`CloudWatch has ${measured} CPU data points for the last ${MINUTES} minutes`)
      : note(
          `CloudWatch has no CPU data for the last ${MINUTES} minutes: an alarm on the group cannot be traced to it`,
          'Look at CPUUtilization of the instance in CloudWatch; a new instance has none yet.',
        ),
  ];
}

async function checkRecording(config: Config, aws: AwsClients, instanceId: InstanceId) {
  const deps = transferDeps(config, aws, silentLog);
  const plan = { seconds: 1, hz: config.CAPTURE_HZ, startAtSeconds: Math.ceil(Date.now() / 1000) };
  const recorded = await captureRemotely(deps, instanceId, plan, new AbortController().signal).catch((error) =>
    willBeInstalled(config, error),
  );
  if ('text' in recorded) return recorded;
  const { profile, bytes } = recorded;
  const { ledger, facts, processes } = profile;
  const size = `${Math.ceil(bytes.length / 1024)} KB`;
  const results = [
    ok(`${ledger.recorded} samples, ${ledger.drawn} of them from ${processes.length} processes, ${size}`),
  ];
  results.push(...processResults(profile), ...flagHazards(profile.processes).map((text) => note(text)));
  // The start was not agreed on with anybody: that it came late says nothing.
  const warnings = facts.warnings.filter((warning) => !/planned start/.test(warning));
  return [...results, ...warnings.map((text) => note(text))];
}

/** A check changes nothing on the instance, so it does not install perf; a capture will. */
function willBeInstalled(config: Config, error: unknown) {
  const missing =
    error instanceof AppError && error.code === 'PERF_MISSING' && !/cannot be installed/.test(error.message);
  if (!missing || config.CAPTURE_INSTALL_PERF === 'off') throw error;
  return note(`${error.message} CAPTURE_INSTALL_PERF=on: the first capture installs it, and records late`);
}

function processResults({ processes }: Profile) {
  const named = processes.filter((process) => process.perfMap === 'ok' || process.perfMap === 'truncated');
  const nameless = processes.filter((process) => process.perfMap === 'none');
  const unreadable = processes.filter((process) => process.perfMap === 'unreadable');
  const list = (some: typeof processes) =>
    some
      .slice(0, 5)
      .map((process) => `${process.name} (${process.pid})`)
      .join(', ');
  if (nameless.length > 0 && named.length === 0) {
    throw new AppError('NO_SYMBOLS', `The functions of ${list(nameless)} will have no names.`, {
      hint: `Start Node with NODE_OPTIONS="${NODE_OPTIONS}" ${BEFORE}, or set V8_ENGINE=fallback.`,
    });
  }
  return [
    ...(named.length > 0 ? [ok(`functions have names in ${list(named)}`)] : []),
    ...(nameless.length > 0 ? [note(`no names in ${list(nameless)}`, `NODE_OPTIONS="${NODE_OPTIONS}" ${BEFORE}`)] : []),
    ...(unreadable.length > 0 ? [note(`the symbol map of ${list(unreadable)} cannot be read`)] : []),
  ];
}
