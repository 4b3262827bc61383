import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { removeCgroup } from './cgroup.ts';
import { taggedProcesses } from './env-tag.ts';

/** From the fleet to its companion process. */
export type CompanionMessage =
  /** What must be gone when the fleet is gone. */
  | {
      readonly kind: 'own';
      readonly folder: string;
      /** Inner ones first. */
      readonly cgroups: readonly string[];
      /** Instances known only by their tag. */
      readonly tagged: readonly string[];
    }
  | { readonly kind: 'load'; readonly instanceId: string; readonly socket: string; readonly requestsPerSecond: number }
  | { readonly kind: 'unload'; readonly instanceId: string };

const TIDY_LIMIT_MS = 5000;
const LOOK_MS = 20;

/** Removes what the fleet leaves on the machine; its instances end by themselves when its process does. */
export async function tidyUp(own: Extract<CompanionMessage, { kind: 'own' }>): Promise<void> {
  const deadline = performance.now() + TIDY_LIMIT_MS;
  let left = [...own.cgroups];
  while (performance.now() < deadline) {
    const tagged = own.tagged.flatMap(taggedProcesses);
    for (const pid of tagged) endTagged(pid);
    left = left.filter((cgroup) => !removeCgroup(cgroup));
    if (left.length === 0 && tagged.length === 0) break;
    await wait(LOOK_MS);
  }
  rmSync(own.folder, { recursive: true, force: true });
}

/** V8 writes its map to /tmp, whatever TMPDIR says. */
function endTagged(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
  rmSync(`/tmp/perf-${pid}.map`, { force: true });
}
