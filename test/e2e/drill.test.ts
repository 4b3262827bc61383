/** Drills on a real fleet: alone, beside a service while an alarm fires, and killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ALARM_NAME, type DemoEnvironment, startDemoEnvironment } from '../../sandbox/demo/demo-environment.ts';
import { type DemoIncident, getJson } from '../../sandbox/demo/incident-api.ts';
import { SKIP_PERF } from '../support/perf-present.ts';
import { until } from '../support/until.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');

describe('drills', { skip: SKIP_PERF }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'smokejumper-drill-'));
  let demo: DemoEnvironment;
  let hot: string;

  before(async () => {
    demo = await startDemoEnvironment({ port: 0, say: () => undefined, environment: { CAPTURE_SECONDS: '3' } });
    hot = demo.fleet.instances[0]?.id ?? assert.fail('three instances are needed');
  });
  after(async () => {
    await demo?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(args: readonly string[], changes: Record<string, string> = {}) {
    const child = spawn(process.execPath, [CLI, 'drill', ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...demo.serviceEnvironment, PUBLIC_URL: demo.service.url, ...changes },
    });
    const output = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.err += text;
    });
    const done = new Promise<number | null>((end) => child.once('close', end));
    const said = (words: RegExp) =>
      until(120_000, `the drill says ${words}`, async () => (words.test(output.err) ? output.err : undefined));
    return { child, output, said, done };
  }

  /** What a subject says may be encoded; this sentence of the text is not. */
  const drills = () => demo.sandbox.mailbox().filter(({ raw }) => raw.includes('DRILL. This is a drill'));
  const incidents = async () =>
    (await getJson<{ incidents: { id: string; state: string }[] }>(`${demo.service.url}/api/v1/incidents`)).incidents;

  test('without a service it takes the whole way to the mail, says each stage, and is no incident', async () => {
    const before = demo.sandbox.mailbox().length;
    const { output, done } = start([hot, '--seconds', '2', '--to', 'me@example.com'], {
      DATA_DIR: join(folder, 'own'),
    });
    assert.equal(await done, 0, output.err);
    assert.match(output.out, /^http:\/\/\S+\/incidents\/inc-\w+\n$/);
    for (const state of ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified']) {
      assert.match(output.err, new RegExp(`^${state} `, 'm'));
    }
    assert.match(output.err, /^Everything works; mailed to me@example\.com\.$/m);
    const [mail, ...more] = demo.sandbox.mailbox().slice(before);
    assert.deepEqual([mail?.to, more.length], [['me@example.com'], 0]);
    assert.equal(drills().length, 1);
  });

  test('what cannot be drilled is refused before anything is written', async () => {
    const cases: readonly (readonly [args: readonly string[], code: number, words: RegExp])[] = [
      [[], 2, /drill takes one INSTANCE_ID/],
      [['web-1'], 2, /not an instance id/],
      [[hot, '--seconds', '0'], 2, /from 1 to 600/],
      [[hot, '--to', 'nobody'], 2, /address with an @/],
      [[hot, '--to', 'a@example.com', '--no-mail'], 2, /not both/],
      [['i-0ffffffffffffffff'], 1, /There is no instance i-0ffffffffffffffff in us-east-1.*Check the id/],
    ];
    for (const [args, code, words] of cases) {
      const { output, done } = start(args, { DATA_DIR: join(folder, 'never') });
      assert.deepEqual([await done, output.out], [code, ''], args.join(' '));
      assert.match(output.err, words);
    }
    const { output, done } = start([hot], { DATA_DIR: join(folder, 'never'), MAIL_TO: '' });
    assert.equal(await done, 1);
    assert.match(output.err, /nobody to mail the report.*--no-mail/);
  });

  test('a mail that is not accepted ends it with 1 and the cause', async () => {
    const changes = { DATA_DIR: join(folder, 'mail'), SMTP_URL: 'smtp://127.0.0.1:1' };
    const { output, said, done, child } = start([hot, '--seconds', '1'], changes);
    await said(/^reported /m);
    child.kill('SIGINT');
    assert.equal(await done, 130, output.err);
    assert.match(output.err, /interrupted in state reported/);
  });

  test('an alarm that fires meanwhile is recorded at once, and the drill makes way', async () => {
    assert.deepEqual(await incidents(), []);
    const { output, said, done } = start([hot, '--seconds', '60', '--json']);
    await said(/^dispatched /m);
    await demo.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: ALARM_NAME, StateValue: 'ALARM', StateReason: 'a person tries it' }),
    );
    const incident = await until(240_000, 'the incident is notified', async () => {
      const [row] = await incidents();
      if (row?.state !== 'notified') return undefined;
      return getJson<DemoIncident>(`${demo.service.url}/api/v1/incidents/${row.id}`);
    });
    assert.deepEqual(incident.report?.shortcomings, []);
    assert.equal(incident.events.length, 7);
    const code = await done;
    const told = JSON.parse(output.out) as { incidentId: string; faults: string[] };
    assert.equal(code, 1, output.err);
    assert.match(told.faults.join(' '), /stopped/i);
    assert.notEqual(told.incidentId, incident.id);
    assert.equal((await incidents()).length, 1);
  });

  test('killed in the middle it is finished by the service', async () => {
    const before = drills().length;
    const { child, said, done } = start([hot, '--seconds', '1']);
    await said(/^targeted /m);
    child.kill('SIGKILL');
    await done;
    await until(180_000, 'the drill is mailed', async () => (drills().length > before ? true : undefined));
  });
});
