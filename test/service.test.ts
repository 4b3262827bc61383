import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { readConfig } from '../service/config.ts';
import { startService } from '../service/main.ts';
import { temporaryFolder } from './support/open-test-store.ts';

test('a port that is taken is said, and the data folder is let go of', async () => {
  const other = createServer().listen(0, '127.0.0.1').unref();
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const config = (PORT: string) =>
    readConfig({
      HOST: '127.0.0.1',
      PORT,
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      SNS_TOPIC_ARNS: 'arn:aws:sns:us-east-1:123456789012:cpu',
    });
  const folder = temporaryFolder();
  await assert.rejects(startService(config(`${port}`)), {
    code: 'CANNOT_LISTEN',
    message: `Cannot listen on 127.0.0.1:${port}: another program is listening there (EADDRINUSE).`,
    hint: 'Set HOST and PORT.',
  });
  await new Promise((resolve) => other.close(resolve));
  const service = await startService(config('0'));
  assert.match(service.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  await service.close();
});
