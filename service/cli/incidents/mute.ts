import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../compose.ts';
import { readConfig } from '../../config.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import { lineOf } from '../../incidents/triage/change.ts';
import { readMuteDuration, readMutedGroup } from '../../incidents/triage/mute-request.ts';
import { createTriage, type TriageCommands } from '../../incidents/triage/triage-commands.ts';
import { type Mute, whyMuted } from '../../rules/mute.ts';
import { systemClock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/log.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { parseCommand, usageError } from '../usage.ts';
import { nameOf } from '../user-name.ts';

/** `smokejumper mute GROUP 2h`, `mute GROUP off`, `mute --list`: on the database of a service that may be running. */
export async function runMute(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('mute', args);
  const tell = values.json === true ? sayJson : sayMutes;
  const [group, time] = positionals;
  if (values.list === true) {
    if (positionals.length > 0) throw usageError('mute --list takes no arguments.');
    return withStore(async (store) => tell(await store.mutes(systemClock.now())));
  }
  if (group === undefined || time === undefined || positionals.length > 2) {
    throw usageError('mute takes a group and a time: mute web-prod 2h.');
  }
  const by = nameOf(values.as);
  if (time === 'off') return unmute(group, by, values.json === true ? () => sayJson([]) : sayUnmuted);
  return asUsage(async () => {
    const reason = lineOf(values, 'reason');
    const request = { ms: readMuteDuration(time), reason: reason === '' ? null : reason };
    const named = readMutedGroup(group);
    return withStore(async (store) => {
      const mute = await commands(store).mute(named, request, by);
      tell([mute]);
      const known = await store.groups();
      // It may be one whose first alarm is still to come, or a slip of the pen.
      if (!known.includes(named as (typeof known)[number])) {
        process.stderr.write('No group of this name has had an incident yet.\n');
      }
    });
  });
}

/** `smokejumper unmute GROUP`. */
export async function runUnmute(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('unmute', args);
  const [group] = positionals;
  if (group === undefined || positionals.length > 1) throw usageError('unmute takes one group.');
  const by = nameOf(values.as);
  return unmute(group, by, sayUnmuted);
}

function unmute(group: string, by: string, tell: (group: string) => void): Promise<number> {
  return withStore(async (store) => {
    await commands(store).unmute(group, by);
    tell(group);
  });
}

function sayMutes(mutes: readonly Mute[]): void {
  for (const mute of mutes) say(whyMuted(mute, mute.atMs) ?? '');
}

function sayJson(mutes: readonly Mute[]): void {
  process.stdout.write(`${JSON.stringify({ mutes }, null, 2)}\n`);
}

function sayUnmuted(group: string): void {
  say(`The group ${JSON.stringify(group)} is not muted any more.`);
}

function commands(store: IncidentStore): TriageCommands {
  return createTriage({ store, clock: systemClock, log: silentLog });
}

/** What cannot be read is a fault of the caller. */
async function asUsage(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError && error.code === 'BAD_CHANGE') throw usageError(error.message, error);
    throw error;
  }
}

async function withStore(work: (store: IncidentStore) => Promise<void>): Promise<number> {
  const config = readConfig(process.env, { topics: 'optional' });
  if (!existsSync(join(config.DATA_DIR, 'smokejumper.sqlite'))) {
    throw new AppError('NOTHING_TO_MUTE', `There is no database in ${config.DATA_DIR}.`, { hint: 'Check DATA_DIR.' });
  }
  const { db, store } = openStore(config);
  try {
    await work(store);
    return 0;
  } finally {
    db.close();
  }
}

function say(text: string): void {
  process.stdout.write(`${visible(text)}\n`);
}
