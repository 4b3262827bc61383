import type { DemoConsole } from './demo-console.ts';

/** CloudWatch measures every 5 s here. */
const LOOK_MS = 1000;
/** Where lines stay: in a log file. */
const SAY_MS = 15_000;

/** Says on a terminal all the time, else now and then, what is waited for. */
export class Heartbeat {
  private readonly demoConsole: DemoConsole;
  private readonly waiting: () => Promise<string>;
  private saidAt = Date.now();
  private lookedAt = 0;

  constructor(demoConsole: DemoConsole, waiting: () => Promise<string>) {
    this.demoConsole = demoConsole;
    this.waiting = waiting;
  }

  async beat(): Promise<void> {
    if (Date.now() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = Date.now();
    const words = await this.waiting();
    this.demoConsole.status(`waiting     ${words}`);
    if (this.demoConsole.live || Date.now() - this.saidAt < SAY_MS) return;
    this.saidAt = Date.now();
    this.demoConsole.say(`waiting     ${words}`);
  }
}
