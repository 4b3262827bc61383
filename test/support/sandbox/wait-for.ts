import type { SandboxEvent } from '../../../sandbox/aws/events.ts';
import type { Sandbox } from '../../../sandbox/aws/server.ts';

const DEADLINE_MS = 10_000;

/** Resolves with the first event from now on that `accepts`; rejects when none came in time. */
export function nextEvent<K extends SandboxEvent['kind']>(
  sandbox: Sandbox,
  kind: K,
  accepts: (event: Extract<SandboxEvent, { kind: K }>) => boolean = () => true,
): Promise<Extract<SandboxEvent, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`no ${kind} event in time`));
    }, DEADLINE_MS);
    const stop = sandbox.onEvent((event) => {
      if (event.kind !== kind || !accepts(event as Extract<SandboxEvent, { kind: K }>)) return;
      clearTimeout(timer);
      stop();
      resolve(event as Extract<SandboxEvent, { kind: K }>);
    });
  });
}

/** Asks until the answer is not undefined; rejects when it stayed so. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
