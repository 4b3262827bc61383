/** What the look at code read is kept beside recordings, and read again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keepingInputs, withCodeReadAgain } from '../../../bench/culprits/code-inputs.ts';
import { readRemoteScripts } from '../../../service/remote-scripts.ts';

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'code-inputs-'));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

test('the script that leaves copies is the script that is sent, with a few commands more', (t) => {
  const { run } = readRemoteScripts();
  const keeping = keepingInputs(run, folder(t));
  assert.ok(keeping.length > run.length && keeping.length < run.length + 1000);
  assert.equal(spawnSync('sh', ['-n'], { input: keeping }).status, 0);
  assert.throws(() => keepingInputs('echo', '/tmp'), /another way/);
});

test('code is read again in the place of what was recorded, and the rest stays', (t) => {
  const kept = folder(t);
  const app = join(folder(t), 'app.cjs');
  writeFileSync(app, 'function weigh(a) { return a.b; }\nfunction handle(a) { return weigh(a); }\n');
  mkdirSync(join(kept, '2'));
  writeFileSync(join(kept, '2', 'hot'), `9 JS:*handle ${app}:2:16\n`);
  writeFileSync(join(kept, '2', 'map'), `7f0000 40 JS:~weigh ${app}:1:15\n`);
  writeFileSync(join(kept, '2', 'profile'), '');
  const again = withCodeReadAgain('before\nvisits 0\ncode 1\n0 {"old":1}\nprograms 0\n', kept, true);
  const [before, visits, head, code, programs] = again.split('\n');
  assert.deepEqual([before, visits, head, programs], ['before', 'visits 0', 'code 1', 'programs 0']);
  assert.match(code ?? '', /^2 \{.*"weigh"/);
  assert.throws(() => withCodeReadAgain('code 0\n', join(kept, 'none'), true), /recorded without --keep/);
});
