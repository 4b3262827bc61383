import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { temporaryFolder } from '../support/open-test-store.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const GOOD = `
defaults: { seconds: 30 }
rules:
  - name: web
    match: { group: [web-*, api-?], region: eu-* }
    install_perf: on
    mail_to: []
    report_topic: none
    cooldown_minutes: 5
    quiet_hours: { from: "22:00", to: "07:30", days: [fri] }
  - { name: rest, match: any }
`;

function file(content: string | Buffer): string {
  const path = join(temporaryFolder(), 'rules.yaml');
  writeFileSync(path, content);
  return path;
}

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const result = spawnSync(process.execPath, [CLI, 'rules', 'check', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

test('a good file is printed as a table; RULES_FILE names it where no argument does', () => {
  const path = file(GOOD);
  const checked = run([path]);
  assert.equal(checked.code, 0, checked.err);
  assert.equal(
    checked.out,
    [
      'rule        matches                                      sets',
      'web         region eu-*, group web-* or api-?            install_perf on, mail_to nobody,',
      '                                                         report_topic none, cooldown_minutes 5,',
      '                                                         quiet_hours 22:00–07:30 fri UTC',
      'rest        any alarm                                    nothing: as the defaults',
      '(defaults)  what no rule sets                            seconds 30',
      '',
    ].join('\n'),
  );
  assert.equal(checked.err, '2 rules, no faults. The first rule that matches an alarm is its rule.\n');
  assert.deepEqual(run([], { RULES_FILE: path }), checked);
});

test('a bad file ends with 1 and all of its faults, as words or as JSON', () => {
  const path = file('rules:\n  - { name: a, match: any, seconds: 0 }\n  - { match: {} }\n');
  const bad = run([path]);
  assert.deepEqual([bad.code, bad.out], [1, '']);
  assert.match(bad.err, /has 3 faults, so none of it counts:\n\S+rules.yaml:2:37: seconds is the number 0; .*\n/);
  const json = run([path, '--json']);
  assert.deepEqual([json.code, json.err], [1, '']);
  const { faults, rules, defaults } = JSON.parse(json.out);
  assert.deepEqual([faults.length, rules, defaults], [3, null, null]);
  assert.deepEqual([faults[0].line, faults[0].column], [2, 37]);
  const good = JSON.parse(run([file(GOOD), '--json']).out);
  assert.deepEqual([good.faults, good.rules.length, good.defaults], [[], 2, { seconds: 30 }]);
});

test('what is no file of rules ends with 1, what is no usage with 2', () => {
  const missing = run([join(temporaryFolder(), 'none.yaml')]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /cannot be read \(ENOENT\)/, 'RULES_FILE_UNREADABLE');
  assert.match(run([temporaryFolder()]).err, /cannot be read \(EISDIR\)/);
  assert.match(run([file(Buffer.from('rules: []', 'utf16le'))]).err, /1:2: here is a byte that is no text/);
  assert.match(run(['/dev/zero']).err, /larger than 256 KB/);
  for (const args of [[], ['a', 'b'], ['--jsn', 'a']]) assert.equal(run(args).code, 2, args.join(' '));
});
