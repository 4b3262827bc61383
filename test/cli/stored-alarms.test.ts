import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { storedAlarms } from '../../service/cli/stored-alarms.ts';
import { singleMetric } from '../fixtures/alarms/messages.ts';
import { temporaryFolder } from '../support/open-test-store.ts';

const ALARM = JSON.stringify(singleMetric({ AlarmName: 'überlastet' }));

test('a file may be UTF-8 or UTF-16, of either order, with its mark or without', async () => {
  const folder = temporaryFolder();
  const little = Buffer.from(ALARM, 'utf16le');
  const forms = {
    utf8: Buffer.from(ALARM),
    marked: Buffer.from(`\ufeff${ALARM}`),
    little,
    littleMarked: Buffer.from(`\ufeff${ALARM}`, 'utf16le'),
    big: Buffer.from(little).swap16(),
    bigMarked: Buffer.from(`\ufeff${ALARM}`, 'utf16le').swap16(),
  };
  for (const [name, bytes] of Object.entries(forms)) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    assert.equal((await storedAlarms(path))[0]?.alarm.name, 'überlastet', name);
  }
  const latin = join(folder, 'latin');
  writeFileSync(latin, Buffer.from(ALARM, 'latin1'));
  await assert.rejects(storedAlarms(latin), {
    code: 'BAD_NOTIFICATION_FILE',
    message: 'The file is neither UTF-8 nor UTF-16 text.',
  });
});

test('of several messages each alarm counts, and of the others the reason is said', async () => {
  const path = join(temporaryFolder(), 'received.json');
  const bodies = [ALARM, 'hello', JSON.stringify(singleMetric({ AlarmName: 'second' }))];
  writeFileSync(path, JSON.stringify({ Messages: bodies.map((Body) => ({ Body })) }));
  const said: string[] = [];
  const alarms = await storedAlarms(path, (words) => said.push(words));
  assert.deepEqual(
    alarms.map(({ alarm }) => alarm.name),
    ['überlastet', 'second'],
  );
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^passed over message 2 of 3: \S/);
});

test('a file without an alarm is refused with the reason why its messages are none', async () => {
  const path = join(temporaryFolder(), 'launch.json');
  writeFileSync(path, JSON.stringify({ Event: 'autoscaling:EC2_INSTANCE_LAUNCH' }));
  await assert.rejects(storedAlarms(path), {
    code: 'NO_ALARM',
    message: new RegExp(`^${JSON.stringify(path)} holds no alarm that names an instance or a group: \\S`),
    hint: undefined,
  });
});
