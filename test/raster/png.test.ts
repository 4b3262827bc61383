/** Pictures for mails: size, density, fonts that ship with the service, and the culprit's path. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../service/compare/compare.ts';
import { INK } from '../../service/flamegraph/picture/palette.ts';
import { differentialPicture, profilePicture } from '../../service/flamegraph/picture/static-svg.ts';
import { svgToPng } from '../../service/raster/png.ts';
import { profileFromText } from '../support/profile-from-text.ts';
import { type Pixels, readPng } from '../support/read-png.ts';

const SIZE = { width: 600, scale: 2 };
const BLACK = '#000000';

/** `inner` on white, 300 × 60 px, drawn at one device px for each. */
function draw(inner: string): Pixels {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60" viewBox="0 0 300 60">' +
    `<rect width="300" height="60" fill="#fff"/>${inner}</svg>`;
  return readPng(svgToPng(svg, { width: 300, scale: 1 }));
}

function text(words: string, family: string, attributes = ''): Pixels {
  return draw(`<text x="10" y="40" font-size="20" font-family="${family}" ${attributes}>${words}</text>`);
}

/** Columns from the first to the last that is not white, and how many pixels are not. */
function inked(pixels: Pixels): { readonly columns: number; readonly count: number } {
  let [first, last, count] = [pixels.width, -1, 0];
  for (let x = 0; x < pixels.width; x++)
    for (let y = 0; y < pixels.height; y++)
      if (pixels.at(x, y) !== '#ffffff') {
        count++;
        last = x;
        first = Math.min(first, x);
      }
  return { columns: Math.max(0, last - first + 1), count };
}

/** The longest run of one colour in any row. */
function longestRun(pixels: Pixels, colour: string): number {
  let longest = 0;
  for (let y = 0; y < pixels.height; y++)
    for (let x = 0, run = 0; x < pixels.width; x++) {
      run = pixels.at(x, y) === colour ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
  return longest;
}

const service = (parse: number) =>
  profileFromText(
    `0..30 main;handle@/srv/app.js:1;parse@/srv/app.js:9 ${parse}\n` +
      '0..30 main;handle@/srv/app.js:1;render@/srv/app.js:20 600',
    { facts: { seconds: 30 } },
  );

test('the picture is as wide as asked, in device pixels, and its height follows', () => {
  const svg = profilePicture(service(300), { title: 'hot' });
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  assert.equal(Number(width), 600);
  for (const scale of [1, 2, 3]) {
    const pixels = readPng(svgToPng(svg, { width: 600, scale }));
    assert.deepEqual([pixels.width, pixels.height], [600 * scale, Number(height) * scale]);
  }
});

test('at twice the density a line of one pixel has two', () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">' +
    '<rect width="10" height="10" fill="#fff"/><rect x="4" width="1" height="10"/></svg>';
  const pixels = readPng(svgToPng(svg, { width: 10, scale: 2 }));
  const row = Array.from({ length: pixels.width }, (_, x) => pixels.at(x, 5));
  assert.deepEqual(
    row.flatMap((colour, x) => (colour === BLACK ? [x] : [])),
    [8, 9],
  );
});

test('text is drawn in the fonts that ship: DejaVu Sans, its bold and its monospace', () => {
  // Advances of the font: W is 0.989 em wide, i 0.278 em, any letter of the monospace 0.602 em.
  for (const family of ['sans-serif', "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif"]) {
    assert.ok(Math.abs(inked(text('WWWWW', family)).columns - 5 * 0.989 * 20) < 4, family);
    assert.ok(Math.abs(inked(text('iiiii', family)).columns - 5 * 0.278 * 20) < 5, family);
  }
  for (const word of ['WWWWW', 'iiiii'])
    assert.ok(Math.abs(inked(text(word, "ui-monospace,'DejaVu Sans Mono'")).columns - 5 * 0.602 * 20) < 8, word);
  const [usual, bold] = ['400', '600'].map((weight) =>
    inked(text('parseHTML', 'sans-serif', `font-weight="${weight}"`)),
  );
  assert.ok((bold?.count ?? 0) > (usual?.count ?? 0) * 1.15);
});

test('the signs that pictures use are in the fonts', () => {
  const look = (sign: string, family: string): string => {
    const pixels = text(sign, family);
    let look = '';
    for (let y = 15; y < 50; y++) for (let x = 5; x < 40; x++) look += pixels.at(x, y) === '#ffffff' ? ' ' : '#';
    return look;
  };
  for (const family of ['sans-serif', "'DejaVu Sans Mono'"]) {
    const missing = look('\u{10fffd}', family);
    for (const sign of ['▲', '▼', '✚', '✖', '−', '±', '…', '·', '›', '\ufffd', 'é', 'ж'])
      assert.ok(look(sign, family).includes('#') && look(sign, family) !== missing, `${sign} in ${family}`);
  }
});

test('names stand on their frames', () => {
  const labelled = readPng(svgToPng(profilePicture(service(300), { title: 'hot' }), SIZE));
  const bare = profilePicture(service(300), { title: 'hot' }).replaceAll(
    /<text [^>]*>(?:all|main|handle|parse|render)[^<]*<\/text>/g,
    '',
  );
  const without = readPng(svgToPng(bare, SIZE));
  let changed = 0;
  for (let y = 0; y < labelled.height; y++)
    for (let x = 0; x < labelled.width; x++) if (labelled.at(x, y) !== without.at(x, y)) changed++;
  // 28 letters of 26 device px, an eighth of whose box is ink.
  assert.ok(changed > 28 * 26 * 16 * 0.12, `${changed} pixels of names`);
});

test('the culprit’s path is outlined, in a profile and in a differential', () => {
  const profile = service(1500);
  const culprit = profile.functions.find(({ name }) => name === 'parse')?.key ?? '';
  const plain = readPng(svgToPng(profilePicture(profile, { title: 'hot' }), SIZE));
  const outlined = readPng(svgToPng(profilePicture(profile, { title: 'hot', culprit }), SIZE));
  assert.ok(longestRun(plain, INK[0]) < 60);
  assert.ok(longestRun(outlined, INK[0]) > 700);
  const differential = differentialPicture(compare(service(300), profile), { title: 'hot against healthy' });
  assert.ok(longestRun(readPng(svgToPng(differential, SIZE)), INK[0]) > 700);
});

test('what is not a picture is an error, not an empty one', () => {
  for (const svg of ['', 'no picture', '<svg>', '<html></html>']) assert.throws(() => svgToPng(svg, SIZE));
});
