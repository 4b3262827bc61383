/** Starts and stops the service that `compose.ts` puts together. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { pino } from 'pino';
import { composeService, SERVICE_OWNER } from './compose.ts';
import type { Config } from './config.ts';
import { closeHttpServer, createHttpServer } from './http/http-server.ts';
import type { IncidentStore } from './incidents/store-port.ts';
import { DeadlineError, within } from './shared/deadline.ts';
import { AppError } from './shared/errors.ts';
import type { Log } from './shared/log.ts';
import { lockFolder } from './store/folder-lock.ts';

export interface Service {
  /** Where we listen: `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly store: IncidentStore;
  /** Reads the rules file at once if it has changed, and not only in a few seconds; null where there is none. */
  readonly lookAtRules: (() => Promise<void>) | null;
  /** Ends within 7 s, whatever hangs, and says what does: then only the end of the process lets go of everything. */
  close(): Promise<{ readonly hung: readonly string[] }>;
}

/** Pages, files and deliveries take milliseconds; SNS repeats what we cut off. */
const ANSWER_MS = 3_000;
/** An analysis takes a second or two, and steps that wait for AWS obey the signal. Docker kills after 10 s in all. */
const STEPS_MS = 6_000;

/** Resolves when the service listens. */
export async function startService(config: Config): Promise<Service> {
  const log = pino({ level: config.LOG_LEVEL, redact: ['*.body', '*.Token', '*.SMTP_URL'] }, pino.destination(2));
  const lock = lockFolder(config.DATA_DIR);
  // With PORT=0 the address is known once we listen; no step asks for it earlier.
  let url = '';
  const stop = new AbortController();
  const parts = await composeService(
    config,
    log,
    () => config.PUBLIC_URL ?? url,
    () => stop.signal.aborted,
  ).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  const { store, runner, app, loop } = parts;
  const letGo = async () => {
    loop.stop();
    parts.endWorkers();
    await parts.close();
    lock.release();
  };
  const server = await listen(app, config).catch(async (error: unknown) => {
    await letGo();
    throw error;
  });
  url = addressOf(server, config);
  await takeOver(store, log);
  const polling = parts.pollers.map((poller) => poller.run(stop.signal));
  const { rules } = parts;
  const running = Promise.all([
    ...[runner.run(stop.signal), parts.housekeeping.run(stop.signal), rules?.run(stop.signal)],
    ...polling,
  ]);
  const queues = config.SQS_QUEUE_URLS.map((queue) => queue.url);
  log.info({ url, dataDir: config.DATA_DIR, topics: config.SNS_TOPIC_ARNS, queues }, 'Smokejumper is listening');
  return {
    url,
    store,
    lookAtRules: rules && (() => rules.look()),
    async close() {
      stop.abort();
      const [cutOff, ended] = await Promise.all([closeHttpServer(server, ANSWER_MS), endsWithin(running, STEPS_MS)]);
      if (cutOff > 0) log.warn({ connections: cutOff }, 'cut off what could not be answered in time');
      const hung = runner.underWay();
      if (hung.length > 0) log.error({ hung }, 'ending although work is under way; the next process goes on with it');
      if (ended) await letGo();
      return { hung };
    },
  };
}

/** A database that is locked or full just now must not leave a service that listens and does nothing. */
async function takeOver(store: IncidentStore, log: Log): Promise<void> {
  try {
    const resumed = await store.releaseLeases(SERVICE_OWNER);
    if (resumed > 0) log.info({ incidents: resumed }, 'resuming work left by the previous process');
  } catch (error) {
    log.warn({ err: error }, 'work left by the previous process waits until its leases run out');
  }
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  try {
    await within(ms, undefined, () => work);
    return true;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}

function addressOf(server: Server, { HOST }: Config): string {
  const { port } = server.address() as AddressInfo;
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  return `http://${host}:${port}`;
}

/** Throws `CANNOT_LISTEN`. */
async function listen(app: Express, { PORT, HOST }: Config): Promise<Server> {
  const server = createHttpServer(app).listen(PORT, HOST);
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
