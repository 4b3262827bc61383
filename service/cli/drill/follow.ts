import { setTimeout as pause } from 'node:timers/promises';
import { type IncidentState, isFinal } from '../../incidents/incident.ts';
import type { Runner } from '../../incidents/lanes/runner.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { type Waiting, waitingProgress } from '../output/progress.ts';

interface Followed {
  readonly runner: Runner;
  readonly store: IncidentStore;
  readonly id: IncidentId;
}

/** Between two looks for work that is due. */
const LOOK_MS = 200;
/** A mail server that takes longer has no place in a drill: the outbox goes on, but the person is told. */
const MAIL_MS = 90_000;

/**
 * Works until the drill has ended, or its mail is late, and prints each stage. A service on the same data may take
 * steps of it: leases keep them apart.
 */
export async function follow({ runner, store, id }: Followed, seconds: number, stop: AbortSignal): Promise<void> {
  let told = 0;
  let bar: Waiting | undefined;
  try {
    for (;;) {
      const worked = await runner.tick(stop);
      const events = await store.events(id);
      for (const { state, detail } of events.slice(told)) {
        bar?.end();
        process.stderr.write(`${visible(`${state.padEnd(10)} ${detail}`)}\n`);
        bar = state === 'dispatched' ? waitingProgress('recording', seconds) : undefined;
      }
      told = events.length;
      const last = events.at(-1);
      if (last === undefined || isFinal(last.state)) return;
      if (last.state === 'reported' && Date.now() - last.atMs > MAIL_MS) return;
      if (stop.aborted) throw interrupted(last.state);
      if (!worked) await pause(LOOK_MS);
    }
  } finally {
    bar?.end();
  }
}

function interrupted(state: IncidentState): AppError {
  return new AppError('INTERRUPTED', `The drill was interrupted in state ${state}.`, {
    hint: 'A service on the same data goes on with it; after half an hour nothing of it is done any more.',
  });
}
