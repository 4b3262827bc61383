import { spawn } from 'node:child_process';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { AGENT_PATH } from '../paths.ts';

/** Node starts in a quarter of a second; more on a machine that is busy with other things. */
const TIMEOUT_MS = 20_000;

export interface WayOut {
  close(): void;
}

/**
 * Leads from a port of 127.0.0.1 inside of an instance's own network to the same port of this machine: there the
 * sandbox's AWS answers, at the address that it is known by out here. `enter`: the words that run a program in that
 * network. The instance sees no process of it.
 */
export async function openWayOut(enter: readonly string[], port: number): Promise<WayOut> {
  const server = await listenInside(enter, port);
  const open = new Set<Socket>();
  server.on('connection', (inside: Socket) => {
    const outside = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(from);
      from.once('error', () => to.destroy());
      from.once('close', () => open.delete(from));
      from.pipe(to);
    }
  });
  return {
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function listenInside(enter: readonly string[], port: number): Promise<Server> {
  const [program = '', ...words] = [
    ...enter,
    process.execPath,
    join(import.meta.dirname, 'listen-inside.ts'),
    `${port}`,
  ];
  const child = spawn(program, words, {
    env: { PATH: AGENT_PATH },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: TIMEOUT_MS,
  });
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (part: Buffer) => {
      errors = (errors + part.toString('utf8')).slice(-2000);
    });
    child.once('error', reject);
    child.once('message', (_message, handle) => resolve(handle as Server));
    child.once('close', () => reject(new Error(`port ${port} cannot be opened inside of the instance: ${errors}`)));
  });
}
