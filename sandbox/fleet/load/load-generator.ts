import { Agent, request } from 'node:http';
import { CUSTOMERS, NEWSLETTER_CUSTOMER, ordinaryMail } from './mails.ts';

/** Requests of other customers under way at once; when the service is slower than that, mails wait at their senders. */
const MOST_UNDER_WAY = 8;
/** Connections; the cluster deals them out to its workers in turn. */
const CONNECTIONS = 4;
/**
 * The newsletter customer delivers one mail at a time and pauses for this part of what the last one took. However slow
 * a mail gets, at most 1 / (1 + 0.15) = 87 % of one core goes into them: the fire is bounded on any machine.
 */
const PAUSE_SHARE = 0.15;
/** Different mails, made once: the generator shall cost next to nothing while it runs. */
const DIFFERENT_MAILS = 24;

/** Steady mails for one instance over kept connections. */
export class LoadGenerator {
  private readonly socket: string;
  private readonly others: readonly Agent[];
  private readonly bodies = new Map<string, readonly Buffer[]>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private underWay = 0;
  private stopped = false;

  /** `socket`: the path of the Unix socket of the service. */
  constructor(socket: string, requestsPerSecond: number) {
    this.socket = socket;
    this.others = agents(CONNECTIONS);
    for (const customer of CUSTOMERS) this.bodies.set(customer, bodies(customer));
    const newsletterMs = (CUSTOMERS.length * 1000) / requestsPerSecond;
    void this.deliverNewsletters(newsletterMs);
    this.deliverOthers(newsletterMs / (CUSTOMERS.length - 1));
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const agent of this.others) agent.destroy();
  }

  /**
   * Open loop: mails come when they come, at random like those of many senders. Evenly spaced ones would run in step
   * with a sampler, which then meets their work always or never.
   */
  private deliverOthers(everyMs: number): void {
    const customers = CUSTOMERS.filter((customer) => customer !== NEWSLETTER_CUSTOMER);
    let number = 0;
    let due = performance.now();
    const next = () => {
      due += -Math.log(1 - Math.random()) * everyMs;
      // An instance that stood still is not flooded afterwards.
      due = Math.max(due, performance.now() - MOST_UNDER_WAY * everyMs);
      const timer = setTimeout(
        () => {
          this.timers.delete(timer);
          number += 1;
          this.deliverOther(customers[number % customers.length] ?? '', number);
          next();
        },
        Math.max(0, due - performance.now()),
      );
      this.timers.add(timer);
    };
    next();
  }

  private deliverOther(customer: string, number: number): void {
    if (this.underWay >= MOST_UNDER_WAY) return;
    this.underWay += 1;
    const agent = this.others[number % this.others.length] ?? false;
    void this.send(agent, customer, number).then(() => {
      this.underWay -= 1;
    });
  }

  /**
   * Closed loop: the next mail waits for the answer to the last. Each comes by a new connection, so by turns to all
   * workers.
   */
  private async deliverNewsletters(everyMs: number): Promise<void> {
    for (let number = 0; !this.stopped; number++) {
      const began = performance.now();
      await this.send(false, NEWSLETTER_CUSTOMER, number);
      const tookMs = performance.now() - began;
      await this.wait(Math.max(everyMs - tookMs, tookMs * PAUSE_SHARE));
    }
  }

  /** A request that fails is a mail lost; the instance may have been terminated. */
  private send(agent: Agent | false, customer: string, number: number): Promise<void> {
    const mails = this.bodies.get(customer) ?? [];
    const body = mails[number % mails.length] ?? '';
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const target = { socketPath: this.socket, method: 'POST', path: '/mails', headers, agent };
      const sent = request(target, (response) => response.resume());
      sent.once('error', () => undefined);
      sent.once('close', () => resolve());
      sent.end(body);
    });
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, ms);
      this.timers.add(timer);
    });
  }
}

function agents(count: number): Agent[] {
  return Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
}

function bodies(customer: string): Buffer[] {
  return Array.from({ length: DIFFERENT_MAILS }, (_, i) => Buffer.from(JSON.stringify(ordinaryMail(i, customer))));
}
