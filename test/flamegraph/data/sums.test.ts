import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flameData } from '../../../service/flamegraph/data/flame-data.ts';
import { profileSvg } from '../../../service/flamegraph/profile-svg.ts';
import { FoldedParser } from '../../../service/profile/folded/import-folded.ts';
import { bytesOf } from '../../support/perf-text.ts';

/** Billions of cycles in two processes: as single samples they would fill the memory. */
const SUMS = 'node-1;main;a 1250001123\nnode-1;main;b 8127451\nperl-2;main;c 3758128574\n';

test('a flame graph of sums has shares for widths, and speaks of no samples', () => {
  const parser = new FoldedParser();
  parser.write(bytesOf(SUMS));
  const profile = parser.finish();
  const { unit, samples, sides, notes } = flameData(profile, { title: 'x' });
  assert.deepEqual([unit, samples, sides], ['shares', null, [{ name: 'profile', samples: 100_000, scale: 1 }]]);
  assert.match(notes.join(), /^sums, not samples: widths are shares,its weights are sums/);
  const picture = profileSvg(profile, { title: 'x' }).split('<script')[0] ?? '';
  assert.match(picture, /Width: share of all weight/);
  assert.match(picture, /all · 100 %/);
  assert.match(picture, /75 %/);
  assert.doesNotMatch(picture, /\d samples/);
});
