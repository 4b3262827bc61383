import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { assembleScript } from '../../service/capture/assemble-script.ts';
import { parseRunOutput } from '../../service/capture/capture-script.ts';

const COMMON = `#!/bin/sh
# It's shared.
# shellcheck disable=SC2034
greeting=hello


# Greets.
greet() {
	# Twice, since once isn't enough.
	echo "$greeting"; echo "$greeting" # again
}
`;
const RUN = `#!/bin/sh
# The contract.

. ./common.sh

sum_awk='@sum.awk@'

main() {
	greet
	printf '1\\n2\\n' | awk "$sum_awk"
}

main "$@"
`;
const SUM = `# Adds what's in the first column.
{ sum += $1 } # isn't kept below

END { print "sum " sum }
`;

function partsWith(changes: Readonly<Record<string, string>> = {}): Map<string, string> {
  const sum = SUM.replace(" # isn't kept below", '');
  return new Map(Object.entries({ 'run.sh': RUN, 'common.sh': COMMON, 'sum.awk': sum, ...changes }));
}

test('parts take the place of the lines that name them, and comment lines are dropped', () => {
  const script = assembleScript('run', partsWith());
  assert.equal(
    script,
    `#!/bin/sh
# Assembled from remote-scripts/run.sh of Smokejumper; the comments are there.
greeting=hello

greet() {
	echo "$greeting"; echo "$greeting" # again
}

sum_awk='
{ sum += $1 }

END { print "sum " sum }
'

main() {
	greet
	printf '1\\n2\\n' | awk "$sum_awk"
}

main "$@"
`,
  );
  assert.equal(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout, 'hello\nhello\nsum 3\n');
});

test('a part that no first file needs is not sent', () => {
  const clean = '. ./common.sh\n\nmain() {\n\tgreet\n}\n\nmain "$@"\n';
  assert.doesNotMatch(assembleScript('clean', partsWith({ 'clean.sh': clean })), /sum/);
});

test('a program in JavaScript is a part like any other', () => {
  const js = '// It is sent, this is not.\nconst pid = Number(process.argv[2]);\nconsole.log("pid", pid);\n';
  const run = RUN.replace('@sum.awk@', '@profile-v8.mjs@');
  const script = assembleScript('run', partsWith({ 'run.sh': run, 'profile-v8.mjs': js }));
  assert.ok(script.includes(`sum_awk='\nconst pid = Number(process.argv[2]);\nconsole.log("pid", pid);\n'\n`), script);
});

test('an apostrophe in quoted code is refused by name and line, in a comment line it is welcome', () => {
  assert.throws(() => assembleScript('run', partsWith({ 'sum.awk': SUM })), {
    code: 'SCRIPT_INVALID',
    message: 'sum.awk cannot stand in quotes: there is an apostrophe in "{ sum += $1 } # isn\'t kept below".',
  });
});

test('a part that is missing, of an unknown kind or named twice is refused', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [RUN.replace('common.sh', 'absent.sh'), /There is no part absent\.sh\./],
    [RUN.replace('@sum.awk@', '@sum.py@'), /There is no part sum\.py\./],
    [RUN.replace('. ./common.sh', '. ./common.sh\n. ./common.sh'), /run\.sh names common\.sh, which is already part/],
    [RUN.replace('. ./common.sh', '. ./run.sh'), /run\.sh names run\.sh, which is already part/],
  ];
  for (const [run, message] of cases) {
    assert.throws(() => assembleScript('run', partsWith({ 'run.sh': run, 'sum.py': 'pass\n' })), {
      code: 'SCRIPT_INVALID',
      message,
    });
  }
});

test('a packed script does the same as the plain one, whatever its programs hold', () => {
  const js = "// A comment.\nconsole.log('it' + \"'s\", `$(no) \\n`);";
  const parts = new Map([
    ['run.sh', '#!/bin/sh\na=\'@v8/a.js@\'\nb=\'@b.awk@\'\nmain() {\n\tprintf "%s|" "$a" "$b" "$@"\n}\nmain "$@"'],
    ['v8/a.js', js],
    ['b.awk', '# Also a comment.\n{ print "=" $1 }\n\nEND { print "===" }\n'],
  ]);
  const said = (script: string) => spawnSync('sh', ['-c', script, 'sh', 'one word'], { encoding: 'utf8' }).stdout;
  const packed = assembleScript('run', parts, { pack: (text) => gzipSync(text).toString('base64') });
  assert.doesNotMatch(packed, /console/);
  assert.match(packed, /\nmain "\$@"\n$/);
  assert.match(said(packed), /console\.log\('it'.*END.*\|one word\|$/s);
  assert.equal(said(packed), said(assembleScript('run', parts)));
});

test('a packed script that cannot be unpacked says so in the form of all faults', () => {
  const packed = assembleScript('run', partsWith({ 'sum.awk': '{ print }\n' }), { pack: () => 'AAAA' });
  const { status, stdout } = spawnSync('sh', ['-c', packed], { encoding: 'utf8' });
  assert.equal(status, 78);
  assert.throws(() => parseRunOutput(stdout), { code: 'MISSING_TOOL' });
});

test('apostrophes of JavaScript reach the program as they are', () => {
  const js = "// A comment.\nconsole.log('it' + \"'s\");";
  const parts = new Map([
    ['run.sh', '#!/bin/sh\nprogram=\'@a.js@\'\nmain() {\n\tprintf %s "$program"\n}\nmain "$@"'],
    ['a.js', js],
  ]);
  const { stdout } = spawnSync('sh', { input: assembleScript('run', parts), encoding: 'utf8' });
  assert.equal(stdout.trim(), "console.log('it' + \"'s\");");
});
