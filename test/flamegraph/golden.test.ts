import { test } from 'node:test';
import { compare } from '../../service/compare/compare.ts';
import { differentialSvg } from '../../service/flamegraph/differential-svg.ts';
import { differentialPicture, profilePicture } from '../../service/flamegraph/picture/static-svg.ts';
import { profileSvg } from '../../service/flamegraph/profile-svg.ts';
import { assertGolden } from '../support/golden.ts';
import { profileFromText } from '../support/profile-from-text.ts';

/** The viewer's script is tested for itself and left out. */
function golden(name: string, svg: string): void {
  const text = svg
    .replace(/(<script><!\[CDATA\[)[\s\S]*?(\]\]><\/script>)/, '$1$2')
    .replaceAll(/(?<=>)(?=<(?:g|rect|path|text|script|style)\b)/g, '\n');
  assertGolden(`flamegraph/${name}`, text);
}

const HANDLE = 'uv_run;emit@node:events:489;handle@/srv/app.js:10';
const PARSER = '/srv/node_modules/htmlparser2/lib/Parser.js';
const USUAL = `
  0..30 ${HANDLE};render@/srv/app.js:40 260
  0..30 ${HANDLE};^render@/srv/app.js:40;RegExp:[&<>] 40
  0..30 ${HANDLE};query@/srv/db.js:7;Builtins_JsonParse 200
  0..30 ${HANDLE};legacy@/srv/old.js:3 400
  0..30 uv_run;epoll_wait[kernel] 90`;
const HOT = `${USUAL.replace(/.*legacy.*/, '')}
  0..30 ${HANDLE};ingest@/srv/ingest.js:41;_parse@${PARSER}:212;Builtins_ArrayPrototypeIndexOf 1400
  0..30 ${HANDLE};ingest@/srv/ingest.js:41;_parse@${PARSER}:212 300
  0..30 v8::internal::Heap::CollectGarbage 60`;
const facts = { seconds: 30, instanceId: 'i-0abc', cpus: 2 };
const hot = profileFromText(HOT, { facts, lost: 12 });
const differential = compare(profileFromText(USUAL, { facts }), hot);

test('a profile is drawn as recorded, for the browser and for the mail', () => {
  golden('profile.svg', profileSvg(hot, { title: 'web-prod: hot', subtitle: 'i-0abc' }));
  golden('profile-mail.svg', profilePicture(hot, { title: 'web-prod: hot' }));
  const culprit = hot.functions.find(({ name }) => name === '_parse')?.key ?? '';
  golden('profile-mail-culprit.svg', profilePicture(hot, { title: 'web-prod: hot', culprit }));
});

test('a differential is drawn as recorded, for the browser and for the mail', () => {
  golden('differential.svg', differentialSvg(differential, { title: 'web-prod: hot against healthy' }));
  golden('differential-mail.svg', differentialPicture(differential, { title: 'web-prod: hot against healthy' }));
});

test('what V8 inlined is drawn as recorded, for the browser and for the mail', () => {
  const weigh = `${HANDLE};weigh@/srv/weigh.js:4_[i]`;
  const samples = `0..30 ${weigh} 900\n0..30 ${weigh};min@node:x:3_[i] 90`;
  const inlined = profileFromText(`${USUAL}\n${samples}`, { facts });
  golden('inlined.svg', profileSvg(inlined, { title: 'web-prod: hot' }));
  const culprit = inlined.functions.find(({ name }) => name === 'weigh')?.key ?? '';
  golden('inlined-mail.svg', profilePicture(inlined, { title: 'web-prod: hot', culprit }));
});
