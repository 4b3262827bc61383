import cluster from 'node:cluster';
import { rmSync } from 'node:fs';

/** Starts the workers, replaces those that die, and adds up what they served. */
export function startPrimary(workers, socket) {
  // Of an earlier life that ended without tidying.
  rmSync(socket, { force: true });
  const served = new Map();
  let listening = 0;
  cluster.on('listening', () => {
    listening += 1;
    if (listening === workers) process.stdout.write('listening\n');
  });
  cluster.on('message', (worker, message) => {
    served.set(worker.id, message.served);
    const total = [...served.values()].reduce((sum, count) => sum + count, 0);
    for (const each of Object.values(cluster.workers)) each.send({ total });
  });
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < workers; i++) cluster.fork();
}
