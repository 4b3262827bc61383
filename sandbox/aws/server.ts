import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxFleet } from '../fleet/instance.ts';
import { AwsFault } from './aws-fault.ts';
import type { Context } from './context.ts';
import { bodyLimit, dispatch, refuseUnread } from './dispatch.ts';
import type { StoredMail } from './events.ts';
import { type EventListener, Events } from './events.ts';
import { type HttpReply, type HttpRequest, header, readRequest, sendReply } from './http-message.ts';
import { mailboxPage } from './pages/mailbox-pages.ts';
import { overviewPage } from './pages/overview-page.ts';
import { createServices, type Services } from './services.ts';
import { createSigningIdentity } from './sns/certificate.ts';
import { Timers } from './timers.ts';

export interface SandboxOptions {
  readonly fleet: SandboxFleet;
  /** 0 (the default): any free port. */
  readonly port?: number;
  readonly region?: string;
  /** 12 digits. */
  readonly accountId?: string;
  /** Notifications are delivered twice, as at-least-once allows. */
  readonly deliverTwice?: boolean;
  /** Seconds between metric points and alarm evaluations; AWS's 60 by default. */
  readonly metricPeriodSeconds?: number;
  /** How long AWS's time-outs, back-offs and latencies take here: 1 = as AWS. Run times of scripts are not scaled. */
  readonly timeScale?: number;
  /** The sandbox's clock, epoch milliseconds. Signatures are always checked against the real time. */
  readonly now?: () => number;
  /** Metrics are measured only when `tick` is called. */
  readonly manualTicks?: boolean;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** Every mail kept, oldest first. */
  mailbox(): readonly StoredMail[];
  /** Both give back a function that ends the listening. */
  onMail(listener: (mail: StoredMail) => void): () => void;
  onEvent(listener: EventListener): () => void;
  /** One metric period: measure the fleet, then judge the alarms. */
  tick(): void;
  close(): Promise<void>;
}

/** Starts an AWS on one port of 127.0.0.1. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  let endpoint = '';
  const context: Context = {
    fleet: options.fleet,
    region: options.region ?? 'us-east-1',
    accountId: options.accountId ?? '000000000000',
    endpoint: () => endpoint,
    now: options.now ?? Date.now,
    timeScale: options.timeScale ?? 1,
    timers: new Timers(),
    events: new Events(),
  };
  const services = createServices(context, await createSigningIdentity(new Date()), {
    deliverTwice: options.deliverTwice ?? false,
    metricPeriodSeconds: options.metricPeriodSeconds ?? 60,
  });
  const server = createServer((message, response) => void answer(message, response, services));
  endpoint = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  const ticking = options.manualTicks ? Promise.resolve() : services.cloudWatch.run();
  return {
    endpoint,
    region: context.region,
    accountId: context.accountId,
    mailbox: () => services.mailbox.all(),
    onMail: (listener) => context.events.on((event) => event.kind === 'mail' && listener(event.mail)),
    onEvent: (listener) => context.events.on(listener),
    tick: () => services.cloudWatch.tick(),
    async close() {
      context.timers.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, services.sns.close(), services.ssm.close(), ticking]);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function answer(message: IncomingMessage, response: ServerResponse, services: Services): Promise<void> {
  const method = message.method ?? 'GET';
  try {
    const query = new URL(message.url ?? '/', 'http://sandbox').searchParams;
    const request = await readRequest(message, bodyLimit(message.headers.authorization ?? '', query));
    sendReply(response, method, (await pageOf(request, services)) ?? (await dispatch(request, services)));
  } catch (error) {
    // The client has gone, or sent more than it may.
    const fault = error instanceof AwsFault ? error : new AwsFault('BadRequest', String(error));
    if (!response.headersSent && !response.destroyed) sendReply(response, method, refuseUnread(fault));
  }
}

/** What a browser, or a verifier of SNS signatures, may read without a signature. */
async function pageOf(request: HttpRequest, services: Services): Promise<HttpReply | undefined> {
  const { path } = request;
  if (request.method !== 'GET' || header(request, 'authorization') !== '' || request.rawQuery !== '') return undefined;
  const { certificatePath, certificatePem } = services.identity;
  if (path === certificatePath)
    return { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body: certificatePem };
  const page = path === '/' || path === '/mailbox' || path.startsWith('/mailbox/');
  // A page of another name that resolves to this machine must not read the mailbox.
  if (!page || !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(header(request, 'host'))) return undefined;
  try {
    if (path === '/') return overviewPage(services.context.fleet, services);
    return await mailboxPage(path, services.mailbox);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return {
      status: error.status,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `${error.message}\n`,
    };
  }
}
