import assert from 'node:assert/strict';
import test from 'node:test';
import type { RuleBook } from '../../service/rules/rule-book.ts';
import { WatchedRules } from '../../service/rules-file/watched-rules.ts';
import { AppError } from '../../service/shared/errors.ts';
import { silentLog } from '../../service/shared/log.ts';
import { letTimePass, ManualClock } from '../support/fakes/manual-clock.ts';

/** `N`: a book in which N seconds are recorded; all else cannot be understood. */
function parse(text: string): RuleBook {
  const seconds = Number(text);
  if (Number.isNaN(seconds)) throw new AppError('BAD_RULES', `rules.yaml:1:1: ${text} is no rule.`);
  return { targets: [], defaults: { seconds }, rules: [] };
}

/** A file that the test writes; undefined: it is not there. */
async function watched(first: string | undefined) {
  const file = { text: first };
  const clock = new ManualClock(0);
  const logged: string[] = [];
  const note = (_: object, words: string) => void logged.push(words);
  const rules = await WatchedRules.open({
    path: 'rules.yaml',
    read: async () => file.text ?? Promise.reject(new AppError('RULES_FILE_UNREADABLE', 'It cannot be read.')),
    parse,
    clock,
    log: { ...silentLog, info: note, error: note } as typeof silentLog,
  });
  return { file, clock, rules, logged };
}

test('a file that cannot be read or understood lets nothing start', async () => {
  await assert.rejects(watched('nonsense'), { code: 'BAD_RULES' });
  await assert.rejects(watched(undefined), { code: 'RULES_FILE_UNREADABLE' });
});

test('a changed file applies at the next look, without a restart', async () => {
  const { file, clock, rules, logged } = await watched('10');
  const stop = new AbortController();
  const running = rules.run(stop.signal);
  file.text = '20';
  await letTimePass(clock, 1000, 'the new rules', () => rules.book.defaults.seconds === 20);
  assert.ok(clock.now() <= 10_000, `it took ${clock.now()} ms`);
  assert.deepEqual(logged, ['the rules file was read anew']);
  stop.abort();
  await running;
});

test('a change that cannot be understood is refused whole, once said, and forgotten when it is mended', async () => {
  const { file, rules, logged } = await watched('10');
  file.text = 'nonsense';
  await rules.look();
  await rules.look();
  assert.equal(rules.book.defaults.seconds, 10);
  assert.match(rules.fault ?? '', /rules\.yaml:1:1: nonsense is no rule\./);
  assert.deepEqual(logged, ['the rules file is refused; the rules of before apply']);
  file.text = '30';
  await rules.look();
  assert.equal(rules.book.defaults.seconds, 30);
  assert.equal(rules.fault, null);
});

test('a file that is gone for a moment changes nothing', async () => {
  const { file, rules, logged } = await watched('10');
  file.text = undefined;
  await rules.look();
  await rules.look();
  assert.equal(rules.book.defaults.seconds, 10);
  assert.match(rules.fault ?? '', /cannot be read/);
  assert.equal(logged.length, 1);
  file.text = '10';
  await rules.look();
  assert.equal(rules.fault, null);
});
