/**
 * Names come from machines that are on fire: whatever they hold, the file is well-formed, runs nothing of them and
 * shows them.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { compare } from '../../service/compare/compare.ts';
import { differentialSvg } from '../../service/flamegraph/differential-svg.ts';
import { differentialPicture, profilePicture } from '../../service/flamegraph/picture/static-svg.ts';
import { profileSvg } from '../../service/flamegraph/profile-svg.ts';
import { identify } from '../../service/profile/identity/identity.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { NO_FACTS, ProfileBuilder } from '../../service/profile/profile-builder.ts';
import { svgToPng } from '../../service/raster/png.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'smokejumper-hostile-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Each would set `pwned` or ask for something where it is taken for markup, script or style. */
const HOSTILE: readonly string[] = [
  '<script>pwned=1</script>',
  '</script><script>pwned=1</script>',
  ']]><script>pwned=1</script><![CDATA[',
  '</title><script>pwned=1</script>',
  '"><svg onload="pwned=1">',
  "' onmouseover='pwned=1' x='",
  '<image href="https://attacker.example/x.png" onerror="pwned=1"/>',
  '<foreignObject><iframe src="javascript:parent.pwned=1"/></foreignObject>',
  '<use href="data:image/svg+xml,&lt;svg onload=pwned=1&gt;#x"/>',
  '<a xlink:href="javascript:pwned=1">x</a>',
  '<animate onbegin="pwned=1" attributeName="x" dur="1s"/>',
  '</style><script>pwned=1</script>',
  '}*{background:url(https://attacker.example/)}',
  '@import url(https://attacker.example/x.css);',
  '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;',
  '&lt;script&gt;pwned=1&lt;/script&gt; &amp; &#x3c;b&#x3e;',
  '<?xml-stylesheet href="https://attacker.example/x.xsl"?>',
  '<!-- --> -- <!--',
  '\u0024{pwned=1} `\u0024{pwned=1}` {{pwned}} {{{pwned}}}',
  '\\u003cscript\\u003epwned=1\\u003c/script\\u003e',
  '__proto__',
  'constructor',
  'toString',
  '\u202eemosdnah\u202c \u2066x\u2069 \u200bzero\ufeff',
  'nul\u0000 bell\u0007 esc\u001b[31m del\u007f c1\u009b nl\nx tab\tx cr\rx',
  '\u2028line\u2029paragraph\u0085next',
  '\ud800 lone \udc00 surrogates \ud83d',
  '\ufffe\uffff',
  'a;b;c 3',
  '',
  ' ',
  '%s%n %00 ../../etc/passwd',
  'ｆｕｌｌ 漢字 😀👩‍👩‍👧‍👦 e\u0301\u0301\u0301',
  'x'.repeat(10_000),
  `${'<b>'.repeat(3_000)}`,
];

/** Each name as function, file, module, process, thread and host. */
function profileOf(names: readonly string[]): Profile {
  const builder = new ProfileBuilder();
  for (const [i, name] of names.entries()) {
    const process = builder.addProcess({ pid: i, name, cpuSeconds: null, partial: false, perfMap: null });
    const thread = builder.addThread({ process, tid: i, name });
    const frames = [identify(`JS:*${name} /srv/${name}.js:1:1`, '/tmp/perf-1.map'), identify(name, name)];
    const stack = frames.map(({ fn, tier, hidden }) =>
      builder.internFrame(builder.internFunction(fn), tier, name, hidden),
    );
    for (let block = 0; block < 12; block++) builder.addSample(block * 800, thread, builder.stack(stack), 30, 30);
  }
  const recorded = names.length * 360;
  const jit = { frames: 0, repaired: 0, ambiguous: 0, unresolved: 0 };
  const hostile = names.join(' ');
  const facts = { ...NO_FACTS, source: 'capture' as const, hz: 99, seconds: 10, host: hostile, warnings: [hostile] };
  const ledger = { recorded: recorded + 1, drawn: recorded, filtered: { [names[0] ?? 'x']: 1 }, lost: 0, jit };
  return builder.finish({ ...facts, instanceId: null }, ledger, 'samples');
}

function pictures(names: readonly string[]): string[] {
  const profile = profileOf(names);
  const title = names[0] ?? '';
  const differential = compare(profileOf(names.slice(1)), profile);
  return [
    profileSvg(profile, { title, subtitle: title }),
    differentialSvg(differential, { title, subtitle: title }),
    profilePicture(profile, { title }),
    differentialPicture(differential, { title }),
  ];
}

/** One parser for all: expat is strict, and there on every machine that can build this project. */
const CHECK = `
import json, sys, xml.parsers.expat
for i, text in enumerate(json.load(sys.stdin)):
    parser = xml.parsers.expat.ParserCreate("utf-8")
    try:
        parser.Parse(text.encode("utf-8"), True)
    except (xml.parsers.expat.ExpatError, UnicodeEncodeError) as error:
        print(i, error)
`;
const NO_PYTHON = spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not installed';

function assertWellFormed(texts: readonly string[]): void {
  const { stdout, status, stderr } = spawnSync('python3', ['-c', CHECK], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, '');
}

test('every picture of hostile names is well-formed XML', { skip: NO_PYTHON }, () => {
  assertWellFormed([...HOSTILE.flatMap((name) => pictures([name, 'plain'])), ...pictures(HOSTILE)]);
});

test('so is every picture of random names', { skip: NO_PYTHON }, () => {
  const all: string[] = [];
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE.slice(0, 20), '\ud800', '\u0000'));
  const name = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(name, { minLength: 2, maxLength: 6 }), (names) => {
      all.push(...pictures(names));
    }),
    { numRuns: 100 },
  );
  assertWellFormed(all);
});

test('hostile names can be drawn as PNG', () => {
  for (const picture of pictures(HOSTILE).slice(2)) {
    const png = svgToPng(picture, { width: 600, scale: 2 });
    assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
  }
});

test('in chromium nothing of them runs, nothing is asked of the network, and they are shown as text', {
  skip: SKIP_BROWSER,
}, async () => {
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const problems: string[] = [];
  page.on('dialog', (dialog) => problems.push(`dialog ${dialog.message()}`));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) problems.push(request.url());
  });
  for (const [i, svg] of pictures(HOSTILE).slice(0, 2).entries()) {
    const path = join(folder, `${i}.svg`);
    writeFileSync(path, svg);
    await page.goto(`file://${path}`);
    assert.equal(await page.evaluate(() => (globalThis as { pwned?: unknown }).pwned), undefined);
    await page.waitForSelector('svg.graph [aria-label]');
    const active = 'script, iframe, image, img, object, embed, a, use, animate, link';
    assert.equal(await page.evaluate(`document.querySelectorAll(${JSON.stringify(active)}).length`), 0);
    assert.ok(
      (await page.evaluate<string>('document.documentElement.textContent')).includes('<script>pwned=1</script>'),
    );
  }
  assert.deepEqual(problems, []);
});
