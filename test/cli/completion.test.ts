/** The scripts in the shells that they are for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { bashCompletion } from '../../service/cli/completion/bash.ts';
import { fishCompletion } from '../../service/cli/completion/fish.ts';
import { zshCompletion } from '../../service/cli/completion/zsh.ts';
import { temporaryFolder } from '../support/open-test-store.ts';

const folder = temporaryFolder();

/** Why a test of this shell cannot run; false where it can. */
function missing(shell: string): string | false {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0 ? false : `there is no ${shell} here`;
}

/** Up to the cursor, and what must be among the offers; behind it what must not. */
const CASES: readonly (readonly [line: string, offered: readonly string[], not?: string | undefined])[] = [
  ['smokejumper ', ['capture', 'incidents', 'doctor', 'completion'], 'incidents list'],
  ['smokejumper inc', ['incidents']],
  ['smokejumper incidents ', ['list', 'show', 'export'], 'capture'],
  ['smokejumper incidents list --gr', ['--group']],
  ['smokejumper export x --format ', ['folded', 'speedscope', 'pprof'], 'run'],
  ['smokejumper export x --format=pp', ['pprof']],
  ['smokejumper export x --format=', ['folded', 'speedscope', 'pprof']],
  ['smokejumper capture --v8 ', ['off', 'fallback', 'lines']],
  ['smokejumper script ', ['run', 'document']],
  ['smokejumper completion ', ['bash', 'zsh', 'fish']],
  ['smokejumper help ', ['incidents', 'compare']],
  ['smokejumper flamegraph be', ['before.gz', 'be fore.gz'], 'zz.gz'],
  ['smokejumper flamegraph before.gz -o b', ['before.gz']],
];

before(() => {
  for (const name of ['before.gz', 'be fore.gz', 'zz.gz']) writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'bed'));
  writeFileSync(join(folder, 'smokejumper.bash'), bashCompletion());
  writeFileSync(join(folder, '_smokejumper'), zshCompletion());
  writeFileSync(join(folder, 'smokejumper.fish'), fishCompletion());
});

function run(shell: string, args: readonly string[], script: string): string {
  const { status, stdout, stderr } = spawnSync(shell, [...args, '-c', script], {
    ...{ cwd: folder, encoding: 'utf8', timeout: 60_000 },
    env: { PATH: process.env.PATH, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

function assertOffered(offers: string, [line, offered, not]: (typeof CASES)[number]): void {
  // `be fore.gz` is printed as `be\ fore.gz` where a shell would have to quote it.
  const plain = offers.replaceAll('\\ ', ' ');
  for (const word of offered) assert.ok(plain.includes(word), `${line}: ${word} is not in ${plain}`);
  if (not !== undefined) assert.ok(!plain.includes(not), `${line}: ${not} is in ${plain}`);
}

test('bash completes commands, options, values and files', { skip: missing('bash') }, () => {
  for (const one of CASES) {
    // As readline splits it: = is a word of its own.
    const words = one[0].replaceAll('=', ' = ').split(' ');
    const script =
      `set -u; . ./smokejumper.bash; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); ` +
      `COMP_CWORD=${words.length - 1}; _smokejumper; ((\${#COMPREPLY[@]} == 0)) || ` +
      `printf '%s\\n' "\${COMPREPLY[@]}"`;
    assertOffered(run('bash', ['--norc'], script), one);
  }
});

test('bash finds nothing wrong with the script, and offers nothing for what is no command', {
  skip: missing('bash'),
}, () => {
  run('bash', ['-n'], '. ./smokejumper.bash');
  const words = 'COMP_WORDS=(smokejumper banana ""); COMP_CWORD=2';
  const script = `. ./smokejumper.bash; ${words}; _smokejumper; echo \${#COMPREPLY[@]}`;
  assert.equal(run('bash', ['--norc'], script), '0\n');
  const { stdout, error } = spawnSync('shellcheck', ['-s', 'bash', 'smokejumper.bash'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error === undefined) assert.equal(stdout, '');
});

test('fish completes commands, options, values and files', { skip: missing('fish') }, () => {
  const asked = CASES.map(([line]) => `complete -C '${line}'; echo '<end>'`).join('\n');
  const answers = run('fish', ['--no-config'], `source smokejumper.fish\n${asked}`).split('<end>\n');
  CASES.forEach((one, i) => {
    assertOffered(answers[i] ?? '', one);
  });
});

/**
 * In a terminal of its own, as its completion works in no other place. The keys that list and that take the line away
 * are such as a terminal keeps until zsh reads them.
 */
const ZSH = `
zmodload zsh/zpty
zpty shell zsh -f -i
say() { zpty -w shell "$1"; zpty -r shell answer "*$2*" }
say 'PS1= PS2=; unset zle_bracketed_paste; setopt no_beep; LISTMAX=0; print re""ady' 'ready'
say 'bindkey "^Xl" list-choices "^Xk" kill-whole-line; print re""ady' 'ready'
say 'autoload -Uz compinit; compinit -u -D; . ./_smokejumper; print re""ady' 'ready'
while IFS= read -r line; do
  zpty -w -n shell "$line"$'\\x18l\\x18k'
  say 'print do""ne' 'done'
  print -r -- "$answer"
  print '<end>'
done <lines
zpty -d shell
`;

test('zsh completes commands, options, values and files', { skip: missing('zsh') }, () => {
  writeFileSync(join(folder, 'lines'), CASES.map(([line]) => `${line}\n`).join(''));
  const answers = run('zsh', ['-f'], ZSH).split('<end>\n');
  CASES.forEach(([line, offered, not], i) => {
    // What was typed is there as well.
    const listed = (answers[i] ?? '').replaceAll(line, '');
    // A single one is put into the line, not listed.
    if (offered.length > 1) assertOffered(listed, [line, offered, not]);
  });
});
