/** Whether the first finding may hide a helper, and in which process that can be looked at once more. */
import { workBelow } from '../compare/confirmation/work-below.ts';
import type { Finding } from '../compare/differential.ts';
import type { Capture } from '../incidents/incident.ts';
import type { ProcessInfo, Profile } from '../profile/profile.ts';
import type { Confirmation } from '../report/confirmation/confirmation-data.ts';

/** Undefined where there is nothing to confirm: no function is named, or what it does is known to be its own. */
export function planConfirmation(
  { capture, profile }: { readonly capture: Capture; readonly profile: Profile },
  [first]: readonly Finding[],
): Confirmation | undefined {
  if (first?.mayHide === undefined || first.deltaCores <= 0) return undefined;
  const { function: name, package: packageName, file, line } = first;
  const suspect = { function: name, package: packageName, file, line };
  const works = [...workBelow(profile, suspect)].sort(([, a], [, b]) => b.own - a.own);
  const processOf = (pid: number | null) => profile.processes.find((one) => one.pid === pid);
  const [pid, before] = works.find(([one]) => obstacle(processOf(one)) === null) ?? works[0] ?? [null, null];
  const { startedAtMs } = profile.facts;
  const asked = {
    ...{ suspect, instanceId: capture.instanceId, captureId: capture.id, pid, before, hz: capture.hz, answer: null },
    seenAtMs: startedAtMs ?? 0,
  };
  const failure = startedAtMs === null ? NOT_KNOWN : obstacle(processOf(pid));
  return failure === null ? { ...asked, state: 'pending', failure } : { ...asked, state: 'failed', failure };
}

const NOT_KNOWN = because('NO_PROCESS', 'no process can be told by when it began');

function because(code: string, message: string): NonNullable<Confirmation['failure']> {
  return { code, message, hint: null };
}

/** Why perf would not see the helper in it, or why it is not the process that was seen. */
function obstacle(process: ProcessInfo | undefined): Confirmation['failure'] {
  if (process === undefined) return NOT_KNOWN;
  if (process.partial) return because('PARTIAL', 'the process began or ended during the recording');
  if (process.namedBy === 'v8' || process.perfMap === 'none' || process.perfMap === 'unreadable')
    return because('NO_PERF_MAP', 'perf has no names for the functions of the process, which has no perf map');
  if (process.visit?.leftOpen === true)
    return because('LEFT_OPEN', 'the port of its inspector could not be closed yet after the first visit');
  return null;
}
