/** The text of a bug may hold anything: it goes to the log, and nowhere else. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { toFailure } from '../../service/incidents/failure.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import { renderIncidentPage } from '../../service/pages/incident-page.ts';
import { AppError } from '../../service/shared/errors.ts';
import { silentLog } from '../../service/shared/log.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { NOW, runnerOf, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';

const SECRET = 'password-of-the-database';
const ASSETS = { style: '', script: '', icon: '', version: '0.1.0' };

test('a bug is named by its class in store, page, report and mail; the log alone has its text', async () => {
  const world = setUp();
  const logged: string[] = [];
  const note = (facts: object, message: string) => {
    const { err } = facts as { err?: Error };
    logged.push(`${message} ${err?.message} ${JSON.stringify(facts)}`);
  };
  world.ports.fleet.members = async () => {
    throw new TypeError(`cannot read ${SECRET}`);
  };
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const runner = runnerOf({ ...world.ports, log: { ...silentLog, warn: note, error: note } });
  await tickOnce(world.clock, runner);
  const queries = createQueries(world.ports.store, { source: true, files: world.files });
  const page = async () => {
    const view = await queries.view(id);
    assert.ok(view);
    return renderIncidentPage({ view, files: await queries.files(id), assets: ASSETS }) + JSON.stringify(view);
  };
  const words = `An internal error stopped the work (TypeError); the log of the service has the details under ${id}.`;
  const retried = await page();
  assert.ok(retried.includes(words), 'while it is retried');
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  assert.deepEqual(world.store.incident(id)?.failure, { code: 'INTERNAL', message: words, hint: 'Please report it.' });
  const [mail] = world.mail.messages;
  const file = new TextDecoder().decode((await world.files.file(id, 'report.html'))?.content);
  for (const text of [await page(), JSON.stringify(world.store.report(id)), file, mail?.text ?? '']) {
    assert.match(text.replace(/\s+/g, ' '), /An internal error stopped the work \(TypeError\)/);
    assert.match(text, new RegExp(id));
  }
  const shown = [retried, await page(), file, JSON.stringify([world.store.events(id), world.store.incident(id), mail])];
  for (const text of shown) assert.ok(!text.includes(SECRET));
  assert.ok(logged.length >= 6 && logged.every((line) => line.includes(SECRET) && line.includes(id)));
});

test('a class that somebody named like a message is no class', () => {
  const error = Object.assign(new Error('x'), { name: `Error: ${SECRET}` });
  for (const bug of [error, SECRET, { message: SECRET }, null])
    assert.match(toFailure(bug, 'inc-1').message, /^An internal error stopped the work \(Error\); .* under inc-1\.$/);
});

test('what we foresaw is shown in full', () => {
  const error = new AppError('THROTTLED', 'AWS is busy.', { hint: 'Wait.' });
  assert.deepEqual(toFailure(error, 'inc-1'), { code: 'THROTTLED', message: 'AWS is busy.', hint: 'Wait.' });
});
