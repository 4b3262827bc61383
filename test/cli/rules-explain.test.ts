import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { singleMetric } from '../fixtures/alarms/messages.ts';
import { temporaryFolder } from '../support/open-test-store.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');

const RULES = `
defaults: { peers: 2 }
rules:
  - name: staging
    match: { account: "9999*" }
    ignore: on
  - name: web
    match: { alarm: "web*" }
    seconds: 12
    mail_to: []
  - name: rest
    match: any
`;

function run(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'rules', 'explain', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
  });
  return { code: status, stdout, stderr };
}

function files(): { readonly alarm: string; readonly rules: string } {
  const folder = temporaryFolder();
  const [alarm, rules] = [join(folder, 'alarm.json'), join(folder, 'rules.yaml')];
  writeFileSync(alarm, JSON.stringify(singleMetric()));
  writeFileSync(rules, RULES);
  return { alarm, rules };
}

test('the rule of an alarm, why the others are not it, and who says what holds', () => {
  const { alarm, rules } = files();
  const { code, stdout } = run([alarm, '--rules', rules], { MAIL_TO: 'a@example.com' });
  assert.equal(code, 0);
  assert.match(stdout, /^web CPU high: account 111122223333, region eu-west-1, group none named$/m);
  assert.match(stdout, /^ {2}staging {2}account "111122223333" is not "9999\*"$/m);
  assert.match(stdout, /^→ web {6}applies$/m);
  assert.match(stdout, /^ {2}rest {5}would match, but an earlier rule applies$/m);
  assert.match(stdout, /^ {2}seconds 12 +the rule$/m);
  assert.match(stdout, /^ {2}mail_to nobody +the rule$/m);
  assert.match(stdout, /^ {2}peers 2 +the defaults of the file$/m);
  assert.match(stdout, /^ {2}rate_hz 99 +CAPTURE_HZ$/m);
});

test('the same as JSON, with the file that RULES_FILE names', () => {
  const { alarm, rules } = files();
  const { code, stdout } = run([alarm, '--json'], { RULES_FILE: rules });
  assert.equal(code, 0);
  const [only] = (JSON.parse(stdout) as { alarms: { rules: { name: string; applies: boolean }[] }[] }).alarms;
  assert.deepEqual(
    only?.rules.filter(({ applies }) => applies).map(({ name }) => name),
    ['web'],
  );
});

test('without a rules file it says what to give (NO_RULES_FILE)', () => {
  const { alarm } = files();
  const { code, stderr } = run([alarm], {});
  assert.equal(code, 1);
  assert.match(stderr, /RULES_FILE is not set.*--rules FILE/s);
});
