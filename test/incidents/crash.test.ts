/**
 * kill -9 at any instant loses nothing and mails nobody twice: the process dies at each of its calls, before it and
 * after it.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { NOW, type Ports, runnerOf, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';
import { Dead, Executioner } from '../support/executioner.ts';

async function dieAndGoOn(at: number, when: 'before' | 'after'): Promise<string | null> {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const executioner = new Executioner(at, when);
  const { store } = world;
  const { commands, fleet, mail } = world.ports;
  const ports: Ports = {
    ...world.ports,
    store: executioner.guard('store', world.ports.store),
    commands: executioner.guard('commands', commands),
    fleet: executioner.guard('fleet', fleet),
    mail: executioner.guard('mail', mail),
  };
  const doomed = runnerOf(ports);
  for (let step = 0; step < 100 && executioner.diedAt === null && store.incident(id)?.state !== 'notified'; step++) {
    await tickOnce(world.clock, doomed, executioner.alive).catch((error: unknown) =>
      assert.ok(error instanceof Dead, String(error)),
    );
  }
  if (executioner.diedAt === null) return null;
  store.releaseLeases('test');
  const where = `${at}: ${executioner.diedAt}`;
  assert.equal(await runToEnd(world, id), 'notified', where);
  assert.deepEqual(
    store.events(id).map((event) => event.state),
    ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified'],
    where,
  );
  assert.deepEqual(store.report(id)?.shortcomings, [], where);
  const runs = world.commands.sent.filter((command) => command.script.includes("main 'run'"));
  assert.equal(runs.length, 2, where);
  const sources = world.commands.sent.filter((command) => command.script.includes("main 'source'"));
  assert.equal(sources.length, 2, where);
  // The one unavoidable window (docs/operations.md): the same mail, known by its Message-ID.
  const unknowable = /after mail\.send|before store\.settleDelivery/.test(executioner.diedAt);
  assert.equal(world.mail.messages.length, unknowable ? 2 : 1, where);
  assert.equal(new Set(world.mail.messages.map(({ messageId }) => messageId)).size, 1, where);
  return executioner.diedAt;
}

for (const when of ['before', 'after'] as const) {
  test(`a process that dies ${when} any of its calls loses nothing and repeats nothing`, async (context) => {
    const deaths: string[] = [];
    for (let at = 1; at < 500; at++) {
      const death = await dieAndGoOn(at, when);
      if (death === null) break;
      deaths.push(death);
    }
    context.diagnostic(`${deaths.length} deaths`);
    for (const call of ['commands.send', 'store.setCommand', 'store.finishCapture', 'mail.send', 'store.advance']) {
      assert.ok(
        deaths.some((death) => death.includes(call)),
        call,
      );
    }
  });
}
