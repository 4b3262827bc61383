import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxFleet } from '../fleet/instance.ts';
import { AwsFault } from './aws-fault.ts';
import { bodyLimit, dispatch, refuseUnread } from './dispatch.ts';
import type { StoredMail } from './events.ts';
import { type EventListener, Events } from './events.ts';
import { type HttpReply, type HttpRequest, header, readRequest, sendReply } from './http-message.ts';
import { mailboxPage } from './pages/mailbox-pages.ts';
import { overviewPage } from './pages/overview-page.ts';
import { type Place, Places } from './places.ts';
import { createServices, type Services } from './services.ts';
import type { SesIdentities } from './ses/identities.ts';
import { Mailbox } from './ses/mailbox.ts';
import { AlarmTopics } from './sns/alarm-topics.ts';
import { createSigningIdentity } from './sns/certificate.ts';
import { AccessKeys } from './sts/access-keys.ts';
import type { Role } from './sts/assume-role.ts';
import { Sts } from './sts/sts.ts';
import { Timers } from './timers.ts';

export interface SandboxOptions {
  readonly fleet: SandboxFleet;
  /** 0 (the default): any free port. */
  readonly port?: number;
  readonly region?: string;
  /** 12 digits. The demo credentials belong to this account. */
  readonly accountId?: string;
  /** More accounts and regions behind the same endpoint: a request goes where its key and its scope say. */
  readonly otherPlaces?: readonly Place[];
  /** What `AssumeRole` may be called for; without any, for nothing. */
  readonly roles?: readonly Role[];
  /** Who may be written as and to by SES; without this, everybody. */
  readonly sesIdentities?: SesIdentities;
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
  /** Of the first place. */
  readonly region: string;
  readonly accountId: string;
  /** Every mail kept, oldest first, from whichever place it came. */
  mailbox(): readonly StoredMail[];
  /** Both give back a function that ends the listening. */
  onMail(listener: (mail: StoredMail) => void): () => void;
  onEvent(listener: EventListener): () => void;
  /** One metric period in every place: measure the fleet, then judge the alarms. */
  tick(): void;
  close(): Promise<void>;
}

/** Starts an AWS on one port of 127.0.0.1. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  let endpoint = '';
  const now = options.now ?? Date.now;
  const common = {
    endpoint: () => endpoint,
    now,
    timeScale: options.timeScale ?? 1,
    timers: new Timers(),
    events: new Events(),
  };
  const shared = {
    identity: await createSigningIdentity(new Date()),
    mailbox: new Mailbox(common),
    topics: new AlarmTopics(),
  };
  const servicesOf = (place: Place) =>
    createServices({ ...common, ...place }, shared, {
      deliverTwice: options.deliverTwice ?? false,
      metricPeriodSeconds: options.metricPeriodSeconds ?? 60,
      sesIdentities: options.sesIdentities,
    });
  const { fleet, region = 'us-east-1', accountId = '000000000000' } = options;
  const first = servicesOf({ fleet, region, accountId });
  const places = new Places(first, (options.otherPlaces ?? []).map(servicesOf));
  const sts = new Sts(new AccessKeys(accountId, now), options.roles ?? []);
  const server = createServer((message, response) => void answer(message, response, places, sts));
  endpoint = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  const ticking = options.manualTicks ? [] : places.all.map(({ cloudWatch }) => cloudWatch.run());
  const { events, timers } = common;
  return {
    endpoint,
    region,
    accountId,
    mailbox: () => shared.mailbox.all(),
    onMail: (listener) => events.on((event) => event.kind === 'mail' && listener(event.mail)),
    onEvent: (listener) => events.on(listener),
    tick() {
      for (const { cloudWatch } of places.all) cloudWatch.tick();
    },
    async close() {
      timers.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, ...places.all.flatMap(({ sns, ssm }) => [sns.close(), ssm.close()]), ...ticking]);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function answer(message: IncomingMessage, response: ServerResponse, places: Places, sts: Sts): Promise<void> {
  const method = message.method ?? 'GET';
  try {
    const query = new URL(message.url ?? '/', 'http://sandbox').searchParams;
    const request = await readRequest(message, bodyLimit(message.headers.authorization ?? '', query));
    sendReply(response, method, (await pageOf(request, places.first)) ?? (await dispatch(request, places, sts)));
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
