/**
 * The process beside the fleet: sends the load, so that its cost and its timing are nobody else's, and clears up when
 * the fleet's process is gone, by whatever end, SIGKILL included. It leads a session of its own, out of reach of
 * Ctrl-C.
 */
import { type CompanionMessage, tidyUp } from './companion-messages.ts';
import { LoadGenerator } from './load/load-generator.ts';

const loads = new Map<string, LoadGenerator>();
let belongings: Extract<CompanionMessage, { kind: 'own' }> | undefined;

process.on('message', (message: CompanionMessage) => {
  if (message.kind === 'own') belongings = message;
  else if (message.kind === 'load') {
    loads.set(message.instanceId, new LoadGenerator(message.socket, message.requestsPerSecond));
  } else {
    loads.get(message.instanceId)?.stop();
    loads.delete(message.instanceId);
  }
});

process.once('disconnect', async () => {
  for (const load of loads.values()) load.stop();
  if (belongings) await tidyUp(belongings);
  process.exit(0);
});
