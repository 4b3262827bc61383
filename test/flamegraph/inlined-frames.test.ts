/** Frames that V8 inlined into their callers: what is drawn and said of them, in pictures and in the viewer's parts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compare } from '../../service/compare/compare.ts';
import { packInlined, unpackInlined } from '../../service/flamegraph/data/codec.ts';
import { differentialData, flameData } from '../../service/flamegraph/data/flame-data.ts';
import { differentialPicture, profilePicture } from '../../service/flamegraph/picture/static-svg.ts';
import { profileSvg } from '../../service/flamegraph/profile-svg.ts';
import { decodeModel, matchFunctions, searchPattern } from '../../service/flamegraph/viewer/model.ts';
import { buildView, type PaneHalf } from '../../service/flamegraph/viewer/views.ts';
import { CALLED, INLINED } from '../../service/profile/call-kinds.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const BOTH = CALLED | INLINED;
const about = { title: 'x' };
const facts = { seconds: 10 };

/** `weigh` is inlined into `handle`, `clamp` into `weigh`; `escape` was called at first, and inlined later. */
const WITH = `
  0..10 main;handle@/srv/app.js:10;weigh@/srv/weigh.js:4_[i] 300
  0..10 main;handle@/srv/app.js:10;weigh@/srv/weigh.js:4_[i];clamp@/srv/weigh.js:14_[i] 200
  0..10 main;handle@/srv/app.js:10;~escape@/srv/app.js:60 50
  0..10 main;handle@/srv/app.js:10;escape@/srv/app.js:60_[i] 50
  0..10 main;other@/srv/app.js:90;escape@/srv/app.js:60 40`;
const witnessed = profileFromText(WITH, { facts });
const plain = profileFromText(WITH.replaceAll('_[i]', ''), { facts });

function modelOf(profile: Profile) {
  return decodeModel(flameData(profile, about));
}

/** Kind by path, `main/handle/weigh`. */
function kindsOf({ parent, fn, kinds }: Pick<PaneHalf, 'parent' | 'fn' | 'kinds'>, names: readonly string[]) {
  const paths = [''];
  const found: Record<string, number> = {};
  for (let node = 1; node < parent.length; node++) {
    paths[node] = `${paths[parent[node] as number]}/${names[fn[node] as number]}`;
    found[paths[node] as string] = kinds?.[node] ?? 0;
  }
  return found;
}

test('the kinds of frames come back as they were packed, and few take little room', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(CALLED, INLINED, BOTH)), (list) => {
      const kinds = Uint8Array.of(CALLED, ...list);
      assert.deepEqual(unpackInlined(packInlined(kinds), kinds.length), kinds);
    }),
  );
  assert.equal(packInlined(new Uint8Array(10_000).fill(CALLED)), '');
});

test('a frame is inlined, called, or both, as its samples were', () => {
  const model = modelOf(witnessed);
  assert.deepEqual(kindsOf(model, model.names), {
    '/main': CALLED,
    '/main/handle': CALLED,
    '/main/handle/escape': BOTH,
    '/main/handle/weigh': INLINED,
    '/main/handle/weigh/clamp': INLINED,
    '/main/other': CALLED,
    '/main/other/escape': CALLED,
  });
});

test('a profile without inlined frames has the data and the picture that it had before', () => {
  assert.ok(!('inlined' in flameData(plain, about)));
  assert.doesNotMatch(profileSvg(plain, about).replace(/<script[\s\S]*<\/script>/, ''), /inlined|dasharray/);
});

test('seen from the leaves and from one function, frames are inlined into the callers that follow', () => {
  const model = modelOf(witnessed);
  const { upper } = buildView(model, model.self, model.self, 'reverse', 'hot', -1);
  const reverse = kindsOf(upper, model.names);
  assert.equal(reverse['/clamp'], INLINED);
  assert.equal(reverse['/clamp/weigh'], INLINED);
  assert.equal(reverse['/clamp/weigh/handle'], CALLED);
  assert.equal(reverse['/escape'], BOTH);
  const sandwich = buildView(model, model.self, model.self, 'sandwich', 'hot', model.names.indexOf('weigh'));
  assert.equal(sandwich.upper.callers, true);
  assert.equal(sandwich.upper.kinds?.[0], INLINED);
  assert.deepEqual(kindsOf(sandwich.lower as PaneHalf, model.names), { '/clamp': INLINED });
});

test('a search for the whole word finds the functions that were inlined, one for a part of it does not', () => {
  const model = modelOf(witnessed);
  const found = (query: string): string[] => {
    const matched = matchFunctions(model, searchPattern(query).pattern);
    return model.names.filter((_, fn) => matched[fn] === 1).sort();
  };
  assert.deepEqual(found('inlined'), ['clamp', 'escape', 'weigh']);
  assert.deepEqual(found('inlined|other'), ['clamp', 'escape', 'other', 'weigh']);
  assert.deepEqual(found('line'), []);
});

test('tooltips say into what, the edge to the caller is dashed, and the legend explains it', () => {
  const svg = profileSvg(witnessed, about);
  assert.match(svg, /weigh \(\/srv\/weigh\.js:4\)\n[^<]*\ninlined into handle \(V8\)<\/title>/);
  assert.match(svg, /escape \(\/srv\/app\.js:60\)\n[^<]*\npartly inlined into handle \(V8\)<\/title>/);
  assert.match(svg, /dashed edge: V8 inlined it into its caller/);
  const [legend, graph] = [...svg.matchAll(/class="outline" d="([^"]*)"[^>]* stroke-dasharray/g)].map(([, d]) => d);
  assert.equal(legend?.match(/M/g)?.length, 1);
  assert.equal(graph?.match(/M/g)?.length, 3);
});

test('a picture for the mail has the dashes too, those of the culprit within its outline', () => {
  const culprit = witnessed.functions.find(({ name }) => name === 'weigh')?.key ?? '';
  for (const svg of [profilePicture(witnessed, about), profilePicture(witnessed, { ...about, culprit })]) {
    assert.match(svg, /stroke-dasharray/);
    assert.match(svg, /dashed edge: V8 inlined it into its caller/);
  }
});

test('a differential shows what was inlined on either side, but only where both sides could tell', () => {
  const other = profileFromText(WITH.replace('300', '500'), { facts });
  const d = compare(witnessed, other);
  const { names, ...model } = decodeModel(differentialData(d, about));
  assert.equal(kindsOf(model, names)['/main/handle/weigh'], INLINED);
  assert.match(differentialPicture(d, about), /stroke-dasharray/);
  const oneSided = compare(plain, other);
  assert.ok(!('inlined' in differentialData(oneSided, about)));
  assert.doesNotMatch(differentialPicture(oneSided, about), /stroke-dasharray/);
});
