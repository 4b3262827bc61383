/** What flame graph tools are known to get wrong. Each test names the fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../service/compare/compare.ts';
import { unpackTree } from '../../service/flamegraph/data/codec.ts';
import { differentialData, flameData, prepareDifferential } from '../../service/flamegraph/data/flame-data.ts';
import { differentialFrames } from '../../service/flamegraph/data/static-frame-data.ts';
import { differentialSvg } from '../../service/flamegraph/differential-svg.ts';
import { CARRIED_FILLS, CHANGE_FILLS } from '../../service/flamegraph/picture/palette.ts';
import { differentialPicture, profilePicture } from '../../service/flamegraph/picture/static-svg.ts';
import { profileSvg } from '../../service/flamegraph/profile-svg.ts';
import { svgToPng } from '../../service/raster/png.ts';
import { foldedProfile, tooltips } from '../support/folded-profile.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const about = { title: 'test' };
const UNCHANGED = CHANGE_FILLS + 4;

/** 30 s of a service: a handler with two halves, one of which may cost more; bursts would make it bursty. */
function service(parse: number, extra = ''): ReturnType<typeof profileFromText> {
  return profileFromText(
    `0..30 main;handle@/srv/app.js:1;parse@/srv/app.js:9 ${parse}
     0..30 main;handle@/srv/app.js:1;render@/srv/app.js:20 600
     ${extra}`,
    { facts: { seconds: 30 } },
  );
}

/** Frames of a differential by the name of their function. */
function frameOf(d: ReturnType<typeof compare>, name: string) {
  const prepared = prepareDifferential(d);
  const frames = differentialFrames(d, prepared);
  const node = [...prepared.tree.fn].findIndex((fn) => prepared.functions[fn]?.name === name);
  return { node, fill: frames.fill(node), label: frames.label(node), title: frames.title(node), total: frames.total };
}

test('siblings whose names go on with a byte below the separator are one frame, in any order of lines', () => {
  for (const text of ['a;b 1\na;b.part.9 1\na;b;c 1\n', 'a;b;c 1\na;b.part.9 1\na;b 1\n']) {
    const shown = tooltips(profileSvg(foldedProfile(text), about));
    const b = shown.filter(({ name }) => name === 'b');
    assert.deepEqual(
      b.map(({ value }) => value.split(',')[0]),
      // `.part.9` is a piece of the same function, made by the compiler.
      ['3 samples'],
    );
  }
  const plain = tooltips(profileSvg(foldedProfile('a;b 1\na;b(x) 1\na;b;c 1\na;b:1 1\n'), about));
  assert.equal(plain.filter(({ name }) => name === 'b').length, 1);
});

test('a frame of no width does not overwrite its namesake elsewhere', () => {
  const shown = tooltips(profileSvg(foldedProfile('a;foo 5 10\nb;foo 5 0\n', 2), about));
  assert.deepEqual(
    shown.filter(({ name }) => name === 'foo').map(({ value }) => value.split(',')[0]),
    ['10 samples'],
  );
});

test('a change shows where it is, and pale in all callers: not in the leaf alone, and not in all alike', () => {
  const d = compare(service(300), service(1500));
  const { fill, label } = frameOf(d, 'parse');
  assert.equal(fill, UNCHANGED + 4);
  assert.equal(label.delta, '+0.40');
  for (const name of ['handle', 'main']) {
    assert.equal(frameOf(d, name).fill, CARRIED_FILLS + 1, `${name} is not marked as passing it on`);
    assert.equal(frameOf(d, name).label.delta, '');
  }
  assert.equal(frameOf(d, 'render').fill, UNCHANGED);
});

test('what vanished is listed in the picture and kept in the tree', () => {
  const d = compare(service(300, '0..30 main;legacy@/srv/old.js:3 1500'), service(300));
  assert.match(differentialPicture(d, about), /Vanished: ✖ −0\.5\d legacy/);
  const data = differentialData(d, about);
  const names = data.functions.names.split('\n');
  assert.ok(names.includes('legacy'));
  assert.ok([...unpackTree(data.tree).fn].includes(names.indexOf('legacy')));
});

test('no number is truncated to an integer when recordings differ in length: nothing appears that was there', () => {
  const short = profileFromText(
    '0..10 main;handle@/srv/app.js:1 999\n0..10 main;handle@/srv/app.js:1;rare@/srv/app.js:7 1',
  );
  const long = profileFromText(
    '0..20 main;handle@/srv/app.js:1 9\n0..20 main;handle@/srv/app.js:1;rare@/srv/app.js:7 1',
    { facts: { seconds: 20 } },
  );
  const d = compare(long, short);
  const rare = d.rows.find((row) => d.tree.functions[row.fn]?.name === 'rare');
  assert.ok((rare?.total.healthyCores ?? 0) > 0 && (rare?.total.hotCores ?? 0) > 0);
  assert.notEqual(rare?.total.change, 'appeared');
});

test('one sample where there was none is grey', () => {
  const d = compare(service(300), service(300, '0..30 main;once@/srv/app.js:50 1'));
  const { fill, label, title } = frameOf(d, 'once');
  assert.equal(fill, UNCHANGED);
  assert.deepEqual(label, { glyph: '', delta: '', name: 'once' });
  assert.match(title.join(' '), /not significant/);
});

test('a title is text', () => {
  const title = '</title></svg><script>alert(1)</script><svg onload="alert(2)">';
  for (const svg of [
    profileSvg(foldedProfile('a;b 1\n'), { title, subtitle: title }),
    profilePicture(foldedProfile('a;b 1\n'), { title }),
    differentialSvg(compare(service(300), service(900)), { title }),
  ]) {
    assert.ok(!svg.includes('<script>alert') && !svg.includes('<svg onload'));
    assert.match(svg, /&lt;script&gt;alert\(1\)/);
  }
});

test('control bytes and halves of characters are shown as such', () => {
  const svg = profileSvg(foldedProfile('a;b\u0001\u0008\u009b;\ud800x 5\n'), about);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  assert.doesNotMatch(svg, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
  assert.ok(svg.isWellFormed());
  assert.ok(tooltips(svg).some(({ name }) => name === 'b\ufffd\ufffd\ufffd'));
});

test('a stack of 20,000 calls gives a picture of bounded size, with nothing lost', () => {
  const depth = 20_000;
  const stack = Array.from({ length: depth }, (_, i) => `f${i % 3}`).join(';');
  const profile = foldedProfile(`${stack} 10\nshallow 5\n`);
  const svg = profileSvg(profile, about);
  assert.ok(Number(/height="(\d+)"/.exec(svg)?.[1]) < 4000);
  assert.ok(svg.length < 300_000, `${svg.length} characters`);
  assert.equal(flameData(profile, about).tree.length, depth + 2);
  const png = svgToPng(profilePicture(profile, about), { width: 600, scale: 2 });
  assert.ok(png.length > 1000 && png.length < 1_000_000, `${png.length} bytes`);
});

test('20,000 calls deep on both sides is a differential whose change is known to its end', () => {
  const depth = 20_000;
  const stack = Array.from({ length: depth }, (_, i) => `f${i % 3}@/srv/deep.js:${i % 3}`).join(';');
  const side = (leaf: number) =>
    profileFromText(`0..30 main;${stack};leaf@/srv/app.js:1 ${leaf}\n0..30 main;other@/srv/app.js:9 600`, {
      facts: { seconds: 30 },
    });
  const d = compare(side(300), side(1500));
  const svg = differentialSvg(d, about);
  assert.ok(Number(/height="(\d+)"/.exec(svg)?.[1]) < 4000);
  assert.ok(svg.length < 300_000, `${svg.length} characters`);
  assert.equal(differentialData(d, about).tree.length, depth + 4);
  assert.equal(frameOf(d, 'leaf').label.delta, '+0.40');
  assert.equal(frameOf(d, 'main').fill, CARRIED_FILLS + 1);
  const png = svgToPng(differentialPicture(d, about), { width: 600, scale: 2 });
  assert.ok(png.length > 1000 && png.length < 1_000_000, `${png.length} bytes`);
});

test('a profile without any sample is a picture that says so', () => {
  const svg = profileSvg(profileFromText(''), about);
  assert.match(svg, /0 samples/);
  assert.ok(svgToPng(profilePicture(profileFromText(''), about), { width: 600, scale: 2 }).length > 500);
});

test('the same profile gives the same bytes', () => {
  const make = () => differentialSvg(compare(service(300), service(1500)), about);
  assert.equal(make(), make());
});
