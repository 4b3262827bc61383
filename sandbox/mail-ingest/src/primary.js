import cluster from 'node:cluster';

/** Starts the workers, replaces those that die, and adds up what they served. */
export function startPrimary(workers, port) {
  const served = new Map();
  let listening = 0;
  let address = port;
  const fork = () => cluster.fork({ PORT: String(address) });
  cluster.on('listening', (_worker, at) => {
    address = at.port;
    listening += 1;
    if (listening === workers) process.stdout.write(`listening ${at.port}\n`);
  });
  cluster.on('message', (worker, message) => {
    served.set(worker.id, message.served);
    const total = [...served.values()].reduce((sum, count) => sum + count, 0);
    for (const each of Object.values(cluster.workers)) each.send({ total });
  });
  cluster.on('exit', () => fork());
  for (let i = 0; i < workers; i++) fork();
}
