/** Identical paths in different images are different code, and the one image of one side is that of the other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import { apartByImage } from '../../../service/profile/container/apart-by-image.ts';
import { unknownContainer } from '../../../service/profile/container/container.ts';
import type { ProcessInfo, Profile } from '../../../service/profile/profile.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

function inImage(image: string, id: string): Partial<ProcessInfo> {
  return { container: id, runsIn: { ...unknownContainer(id), name: image.replace(/:.*/, ''), image: `shop/${image}` } };
}
const IMAGES = { 1: inImage('web:41', 'aaa'), 2: inImage('worker:7', 'bbb'), 3: inImage('web:41', 'ccc') };
const DEPENDENCY = 'merge@/app/node_modules/lodash/merge.js:5';
const WEB = `
  [1] 0..10 start[node];main@/app/server.js:1;handle@/app/server.js:10 300
  [1] 0..10 start[node];main@/app/server.js:1;${DEPENDENCY} 100
  [1] 0..10 start[node];main@/app/server.js:1;emit@node:events:7 60
`;
/** The same names at the same places, as a framework has them. */
const WORKER = `
  [2] 0..10 start[node];main@/app/server.js:1;handle@/app/server.js:10 200
  [2] 0..10 start[node];main@/app/server.js:1;${DEPENDENCY} 80
  [2] 0..10 start[node];main@/app/server.js:1;emit@node:events:7 50
`;
const HOT_WEB = WEB.replace(' 300', ' 900');

const profile = (text: string, processes: Record<number, Partial<ProcessInfo>> = IMAGES): Profile =>
  profileFromText(text, { processes });

/** `handle 20 → 90` for each function of a file, in samples. */
function changes(healthy: string, hot: string): string[] {
  const { tree, rows } = compare(profile(healthy), profile(hot));
  return rows
    .filter(({ fn }) => tree.functions[fn]?.file?.startsWith('/app') === true)
    .filter(({ self }) => self.hotSamples + self.healthySamples > 0)
    .map(({ fn, self }) => `${tree.functions[fn]?.name} ${self.healthySamples} → ${self.hotSamples}`)
    .sort();
}

test('where both sides have both images, each is compared with itself', () => {
  assert.deepEqual(changes(WEB + WORKER, HOT_WEB + WORKER), [
    'handle 200 → 200',
    'handle 300 → 900',
    'merge 100 → 100',
    'merge 80 → 80',
  ]);
});

test('a second image on the hot side only is new; the first one is compared with the same image', () => {
  assert.deepEqual(changes(WEB, HOT_WEB + WORKER), [
    'handle 0 → 200',
    'handle 300 → 900',
    'merge 0 → 80',
    'merge 100 → 100',
  ]);
});

test('a second image on the healthy side only is gone; the first one is compared with the same image', () => {
  assert.deepEqual(changes(WEB + WORKER, HOT_WEB), [
    'handle 200 → 0',
    'handle 300 → 900',
    'merge 100 → 100',
    'merge 80 → 0',
  ]);
});

test('another release of the image is the same image, and the moved lines of its files are matched within it', () => {
  const processes = { ...IMAGES, 1: inImage('web:42', 'aaa') };
  const moved = HOT_WEB.replaceAll('/app/server.js:10', '/app/server.js:14');
  const { tree, rows } = compare(profile(WEB + WORKER), profile(moved + WORKER, processes));
  const handles = rows.filter(({ fn }) => tree.functions[fn]?.name === 'handle');
  assert.deepEqual(
    handles.map(({ self }) => [self.healthySamples, self.hotSamples]).toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
    [
      [200, 200],
      [300, 900],
    ],
  );
});

test('the finding says in which container, and of copies of one what they have in common', () => {
  const finding = (hot: string) => compare(profile(WEB + WORKER), profile(hot)).findings[0];
  assert.equal(finding(HOT_WEB + WORKER)?.container, 'web (image shop/web:41)');
  const copies = HOT_WEB.replace(' 900', ' 450') + HOT_WEB.replaceAll('[1]', '[3]').replace(' 900', ' 450');
  assert.equal(finding(copies + WORKER)?.container, 'web (image shop/web:41)');
  const bare = compare(profile(WEB, {}), profile(HOT_WEB, {})).findings[0];
  assert.ok(bare !== undefined && !('container' in bare));
});

test('a function that several containers run is in none of them', () => {
  const everywhere = (text: string) => text.replaceAll('/app/server.js', '/opt/shared.js');
  const other = { 1: inImage('web:41', 'aaa'), 2: inImage('web:41', 'bbb') };
  const names = { 1: { ...other[1] }, 2: { container: 'bbb' } };
  const hot = profile(everywhere(HOT_WEB + WORKER.replace(' 200', ' 700')), names);
  const [finding] = compare(profile(everywhere(WEB + WORKER), names), hot).findings;
  assert.equal(finding?.function, 'handle');
  assert.equal(finding.container, undefined);
});

test('nothing is told apart in one image, without containers, or where one side knows none of its images', () => {
  const one = profile(WEB);
  const both = profile(WEB + WORKER);
  const older = profile(WEB, { 1: { container: 'aaa' } });
  const same = profile(WEB + WORKER, { 1: inImage('web:41', 'aaa'), 2: inImage('web:42', 'bbb') });
  const elsewhere = profile(WEB + WORKER.replaceAll('/app/', '/srv/').replaceAll('lodash', 'underscore'));
  for (const profiles of [[one], [one, one], [both, older], [same, same], [elsewhere]]) {
    assert.deepEqual(
      apartByImage(profiles).map((each, i) => each === profiles[i]),
      profiles.map(() => true),
    );
  }
});

test('telling apart loses no sample, leaves what is no file alone, and done twice changes nothing more', () => {
  const both = profile(WEB + WORKER);
  const [apart] = apartByImage([both]) as [Profile];
  assert.equal(apart.ledger, both.ledger);
  assert.deepEqual([...apart.samples.count], [...both.samples.count]);
  const used = (name: string) => apart.functions.filter((fn) => fn.name === name && fn.key.includes('shop/')).length;
  assert.deepEqual([used('handle'), used('main'), used('merge'), used('emit')], [2, 2, 2, 0]);
  assert.equal(apartByImage([apart])[0], apart);
});
