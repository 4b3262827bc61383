import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { storedAlarms } from '../../service/cli/stored-alarms.ts';
import { temporaryFolder } from '../support/open-test-store.ts';

test('a file without an alarm is refused with the reason why its messages are none', async () => {
  const path = join(temporaryFolder(), 'launch.json');
  writeFileSync(path, JSON.stringify({ Event: 'autoscaling:EC2_INSTANCE_LAUNCH' }));
  await assert.rejects(storedAlarms(path), {
    code: 'NO_ALARM',
    message: new RegExp(`^${JSON.stringify(path)} holds no alarm that names an instance or a group: \\S`),
    hint: undefined,
  });
});
