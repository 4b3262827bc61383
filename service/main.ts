/** Starts and stops the service that `compose.ts` puts together. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { pino } from 'pino';
import { composeService, SERVICE_OWNER } from './compose.ts';
import type { Config } from './config.ts';
import type { IncidentStore } from './incidents/store-port.ts';
import { AppError } from './shared/errors.ts';
import { lockFolder } from './store/folder-lock.ts';

export interface Service {
  /** Where we listen: `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly store: IncidentStore;
  close(): Promise<void>;
}

/** Resolves when the service listens. */
export async function startService(config: Config): Promise<Service> {
  const log = pino({ level: config.LOG_LEVEL, redact: ['*.body', '*.Token', '*.SMTP_URL'] }, pino.destination(2));
  const lock = lockFolder(config.DATA_DIR);
  // With PORT=0 the address is known once we listen; no step asks for it earlier.
  let url = '';
  const parts = await composeService(config, log, () => config.PUBLIC_URL ?? url).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  const { store, runner, app } = parts;
  const letGo = async () => {
    await parts.close();
    lock.release();
  };
  const server = await listen(app, config).catch(async (error: unknown) => {
    await letGo();
    throw error;
  });
  url = addressOf(server, config);
  const resumed = await store.releaseLeases(SERVICE_OWNER);
  if (resumed > 0) log.info({ incidents: resumed }, 'resuming work left by the previous process');
  const stop = new AbortController();
  const running = Promise.all([runner.run(stop.signal), parts.housekeeping.run(stop.signal)]);
  log.info({ url, dataDir: config.DATA_DIR, topics: config.SNS_TOPIC_ARNS }, 'Smokejumper is listening');
  return {
    url,
    store,
    async close() {
      stop.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await running;
      await letGo();
    },
  };
}

function addressOf(server: Server, { HOST }: Config): string {
  const { port } = server.address() as AddressInfo;
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  return `http://${host}:${port}`;
}

/** Throws `CANNOT_LISTEN`. */
async function listen(app: Express, { PORT, HOST }: Config): Promise<Server> {
  const server = app.listen(PORT, HOST);
  try {
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    return server;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program is listening there' : 'the address cannot be used';
    throw new AppError('CANNOT_LISTEN', `Cannot listen on ${HOST}:${PORT}: ${why} (${code}).`, {
      cause,
      hint: 'Set HOST and PORT.',
    });
  }
}
