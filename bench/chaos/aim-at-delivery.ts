/** SIGKILLs where they hurt most: from the moment a mail server is handed a mail on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosResult } from './chaos.ts';
import { check } from './check.ts';
import { unsettled, unwritten } from './ledger.ts';
import { seeded } from './random.ts';
import { startWorld, type World } from './world.ts';

export interface AimOptions {
  readonly kills: number;
  /** At most. */
  readonly minutes: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

/** Incidents and recipients: a mail for each pair, several for each kill. */
const GROUPS = 20;
const MAILS_PER_KILL = 5;
/** A mail server that looks through what it takes; those of the world take longer. */
const TAKE_MS = 20;
/** Which mail of a life is its last: on average, a life has as many as there are for it. */
const LAST_MAIL = [1, 2 * MAILS_PER_KILL] as const;
/** After DATA, in which the mail is sent, looked through, taken, and noted. */
const AIM_MS = 50;
const SETTLE_MS = 300_000;
const LOOK_MS = 100;

export async function aimAtDelivery(options: AimOptions): Promise<ChaosResult> {
  const recipients = Math.ceil((options.kills * MAILS_PER_KILL) / GROUPS);
  const world = await startWorld({
    groups: GROUPS,
    mailTakeMs: TAKE_MS,
    environment: { MAIL_TO: Array.from({ length: recipients }, (_, at) => `oncall-${at}@example.com`).join(',') },
  });
  try {
    await world.start();
    return await aim(world, options);
  } finally {
    await world.close();
  }
}

async function aim(world: World, { kills: wanted, minutes, seed, say }: AimOptions): Promise<ChaosResult> {
  const random = seeded(seed);
  let kills = 0;
  // First all reports are written, so that nothing is left but to deliver them.
  await world.mail.fail('silent');
  await Promise.all(world.fleet.groups.map((group) => world.publisher.publish(group, 'ALARM')));
  while (unwritten(world.dataDir) > 0) await sleep(LOOK_MS);
  await world.mail.heal();
  say('ready  all reports are written');
  const startedAt = performance.now();
  while (kills < wanted && performance.now() - startedAt < minutes * 60_000) {
    const [delayMs, mails] = [random.between(0, AIM_MS), Math.floor(random.between(...LAST_MAIL))];
    if (!(await handedOn(world, mails))) break;
    await sleep(delayMs);
    await world.kill();
    const { taken } = world.mail;
    const doubled = taken.length - new Set(taken.map((mail) => `${mail.messageId} ${mail.recipient}`)).size;
    say(
      `kill   ${++kills}, ${delayMs.toFixed(0)} ms after DATA; ${taken.length} mails taken, ${doubled} of them again`,
    );
    await world.start();
  }
  const until = performance.now() + SETTLE_MS;
  while (performance.now() < until && unsettled(world.dataDir) > 0) await sleep(LOOK_MS);
  const settledSeconds = (performance.now() - startedAt) / 1000;
  const log = world.log();
  await world.stop();
  return { ...check(world), kills, faults: {}, settledSeconds, log };
}

/** Resolves with true at the DATA of so many mails; with false when nothing is left to be mailed. */
async function handedOn({ mail, dataDir }: World, mails: number): Promise<boolean> {
  const data = Promise.withResolvers<boolean>();
  let left = mails;
  const stop = mail.onData(() => --left <= 0 && data.resolve(true));
  const look = setInterval(() => {
    if (unsettled(dataDir) === 0) data.resolve(false);
  }, LOOK_MS);
  try {
    return await data.promise;
  } finally {
    clearInterval(look);
    stop();
  }
}
