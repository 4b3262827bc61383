/** What other formats can say about functions that V8 inlined, and what is read back of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Profile as Pprof } from 'pprof-format';
import { exportProfile } from '../../service/convert/export-profile.ts';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { exportPprof } from '../../service/convert/pprof/export-pprof.ts';
import { exportFolded } from '../../service/profile/folded/export-folded.ts';
import { functionTree } from '../../service/profile/function-tree.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const profile = profileFromText(`
  0..10 main;handle@/srv/app.js:10;weigh@/srv/weigh.js:4_[i];clamp@/srv/weigh.js:14_[i] 200
  0..10 main;handle@/srv/app.js:10;weigh@/srv/weigh.js:4_[i] 300
  0..10 main;handle@/srv/app.js:10 50
  0..10 main;other@/srv/app.js:90;weigh@/srv/weigh.js:4 40`);

const text = (pieces: Iterable<Uint8Array | string>): string => Buffer.concat([...pieces].map(Buffer.from)).toString();

/** `path kind samples` of each node. */
function nodes(of: Profile): string[] {
  const { functions, fn, parent, self, kinds, length } = functionTree(of);
  const paths = [''];
  for (let node = 1; node < length; node++)
    paths[node] = `${paths[parent[node] as number]}/${functions[fn[node] as number]?.name}`;
  return paths.map((path, node) => `${path} ${node === 0 ? 0 : kinds?.[node]} ${self[node]}`).sort();
}

test('folded text marks them as collapsers do, and reading it back finds the same functions and marks', async () => {
  const canonical = text(exportProfile(profile, 'folded'));
  assert.match(canonical, /;handle \(\/srv\/app\.js:10:3\);weigh \(\/srv\/weigh\.js:4:3\)_\[i\] /);
  const back = await decodeProfile(Buffer.from(text(exportFolded(profile, { names: 'canonical', values: 'samples' }))));
  // Folded text has the process as root, and the module in the name.
  const found = nodes(back).filter((line) => line !== '/node 1 0');
  assert.deepEqual(
    found.map((line) => line.replace('/node/main (node)', '/main')),
    nodes(profile),
  );
  assert.match(
    text(exportFolded(profile)),
    /;JS:\*weigh \/srv\/weigh\.js:4:3_\[i\];JS:\*clamp \/srv\/weigh\.js:14:3_\[i\] /,
  );
});

test('in folded text of another runtime the mark stays a part of the text: V8 inlined nothing there', async () => {
  const java = 'java;com/a::run;com/a::get_[i] 3\n';
  assert.equal((await decodeProfile(Buffer.from(java))).frames.inlined, undefined);
});

test('pprof has them in the location of their caller, innermost first, and they are read back', async () => {
  const message = exportPprof(profile);
  const { location, function: functions, stringTable } = Pprof.decode(gunzipSync(message));
  const names = location.map(({ line }) =>
    line.map(({ functionId }) => stringTable.strings[Number(functions[Number(functionId) - 1]?.name)]),
  );
  assert.deepEqual(names.map((list) => list.join(' < ')).sort(), [
    'clamp < weigh < handle',
    'handle',
    'main',
    'other',
    'weigh',
    'weigh < handle',
  ]);
  assert.deepEqual(nodes(await decodeProfile(message)), nodes(profile));
});
