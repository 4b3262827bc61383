/** After the first report: the demo goes on, and whoever watches lights the fires. */

import { startControlPage } from './control-page.ts';
import type { DemoConsole } from './demo-console.ts';
import { ALARM_NAME, CAPTURE_SECONDS, type DemoEnvironment } from './demo-environment.ts';
import { FireControl } from './fire-control.ts';
import { FIRES } from './fires.ts';
import { listenToKeys } from './keys.ts';
import { alarmState } from './waiting-words.ts';
import { followIncidents } from './watch-incident.ts';

export interface SessionOptions {
  readonly demo: DemoEnvironment;
  readonly demoConsole: DemoConsole;
  readonly control: FireControl;
  /** Incidents that have been told of. */
  readonly known: ReadonlySet<string>;
  readonly interrupt: () => void;
  readonly signal: AbortSignal;
}

export function fireControl(demo: DemoEnvironment, demoConsole: DemoConsole): FireControl {
  return new FireControl({
    fleet: demo.fleet,
    say: (text) => demoConsole.say(text),
    alarmState: () => alarmState(demo.cloudWatch, ALARM_NAME),
  });
}

/** Keys, a page with buttons, and the story of every further incident, until the signal aborts. */
export async function runSession(options: SessionOptions): Promise<void> {
  const { demo, demoConsole, control, known, interrupt, signal } = options;
  const base = demo.service.url;
  const fail = (error: unknown) => {
    if (!signal.aborted) demoConsole.say(`FAILED      ${error instanceof Error ? error.message : String(error)}`);
  };
  const links = [
    ['Incidents', base],
    ['Mailbox', `${demo.sandbox.endpoint}/mailbox`],
    ['The AWS of the demo: fleet, alarm, commands', demo.sandbox.endpoint],
  ] as const;
  const page = await startControlPage({ control, links, fail, signal });
  const stopKeys = listenToKeys(process.stdin, keyActions(control, fail, signal), interrupt);
  try {
    demoConsole.detail(`incidents     ${base}`);
    demoConsole.detail(`mailbox       ${demo.sandbox.endpoint}/mailbox`);
    demoConsole.detail(`fire control  ${page.url}`);
    if (process.stdin.isTTY) tellKeys(demoConsole);
    demoConsole.detail('Press Ctrl-C to stop.');
    await followIncidents({ base, demoConsole, captureSeconds: CAPTURE_SECONDS, known }, signal);
  } finally {
    stopKeys();
    await page.close();
  }
}

function keyActions(control: FireControl, fail: (error: unknown) => void, signal: AbortSignal) {
  const fires = FIRES.map((fire) => [fire.key, () => void control.ignite(fire, signal).catch(fail)] as const);
  return {
    o: () => void control.extinguish().catch(fail),
    n: () => void control.move(signal).catch(fail),
    ...Object.fromEntries(fires),
  };
}

function tellKeys(demoConsole: DemoConsole): void {
  demoConsole.detail('keys          o  puts the fire out      n  burns the next instance');
  for (const { key, title } of FIRES) demoConsole.detail(`              ${key}  ${title}`);
}
