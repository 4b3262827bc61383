import assert from 'node:assert/strict';
import test from 'node:test';
import { FACET_NAMES, facetValue, readFilter } from '../../service/incidents/incident-filter.ts';

test('filters are read by name, trimmed, and kept as they were given', () => {
  const { filter, params } = readFilter({ q: ' a  b ', group: 'web', to: '2026-05-03', from: '', package: '@x/y' });
  assert.deepEqual(filter, { text: 'a  b', group: 'web', package: '@x/y', toMs: Date.UTC(2026, 4, 4) });
  assert.deepEqual(params, { q: 'a  b', group: 'web', package: '@x/y', to: '2026-05-03' });
  assert.deepEqual(readFilter({}), { filter: {}, params: {} });
});

test('every facet is a filter', () => {
  const values = { verdict: 'steal', state: 'over', account: '123456789012', region: 'ap-southeast-2' };
  for (const name of FACET_NAMES) {
    const value = (values as Record<string, string>)[name] ?? 'any <text>';
    assert.deepEqual(readFilter({ [name]: value }).filter, { [name]: value });
  }
});

test('times are UTC where no zone is given, and a plus that became a space is one', () => {
  const at = Date.UTC(2026, 4, 3, 14, 5, 6);
  for (const from of [
    '2026-05-03T14:05:06',
    '2026-05-03T14:05:06Z',
    '2026-05-03T16:05:06 02:00',
    '2026-05-03T14:05:06.000Z',
  ])
    assert.equal(readFilter({ from }).filter.fromMs, at, from);
  for (const from of ['2026-5-3', '03.05.2026', '2026-13-01', '2026-05-03T25:00Z', '2026-05-03 14:05', 'now', '1e9'])
    assert.throws(() => readFilter({ from }), { code: 'BAD_FILTER' }, from);
});

test('what a filter does not know is refused with what it does, unsafe characters made visible', () => {
  assert.throws(() => readFilter({ '\u202everdit': 'x' }), {
    code: 'BAD_FILTER',
    message: 'There is no filter “\ufffdverdit”.',
  });
  assert.throws(() => readFilter({ verdict: 'Hot path' }), { code: 'BAD_FILTER', hint: /hot path, uniform slowdown/ });
  assert.throws(() => readFilter({ q: ['a', 'b'] }), { code: 'BAD_FILTER', message: /more than once/ });
});

test('a value of a link is one that the filter takes', () => {
  const value = facetValue(`${'x'.repeat(299)}😀`);
  assert.equal(value.length, 299);
  assert.deepEqual(readFilter({ function: value }).filter, { function: value });
});
