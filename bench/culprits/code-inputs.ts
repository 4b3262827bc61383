/**
 * What the script's look at code reads on the machine, kept beside a recording, so that a changed `inlined.js` can be
 * judged on the same recording: the texts of the services do not change.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { javaScriptPrograms } from '../../service/capture/assemble-script.ts';
import { readParts } from '../../service/remote-scripts.ts';

/** Where code.sh has all of it: `$1` is the process, by its place in the capture. */
const LOOK = '(as_owner "$2" 10 8192 --expose-internals -e "$inlined_js" "$wanted"';
/** By the name of the copy. */
const INPUTS = { hot: '"$work/hot.one"', map: '"$map"', profile: '"$profile"' };
const LARGEST_ANSWER = 8 << 20;

/** The script, which leaves copies in `folder`. */
export function keepingInputs(script: string, folder: string): string {
  const at = script.indexOf(LOOK);
  if (at < 0) throw new Error('code.sh looks at code in another way than code-inputs.ts knows.');
  const kept = `'${folder}'/"$1"`;
  const copies = Object.entries(INPUTS).map(([name, input]) => `cat ${input} >${kept}/${name}`);
  return `${script.slice(0, at)}mkdir -p ${kept}; ${copies.join('; ')}; ${script.slice(at)}`;
}

function ask(folder: string, alone: boolean): string {
  const paths = [join(folder, 'hot'), alone ? '/dev/null' : join(folder, 'profile'), join(folder, 'map')];
  const [hot, profile, map] = paths.map((path) => openSync(path, 'r')) as [number, number, number];
  try {
    const named = readFileSync(join(folder, 'map')).length > 0;
    const program = javaScriptPrograms(readParts()).get('inlined.js') ?? '';
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--expose-internals', '-e', program, named ? 'lines' : 'samples'],
      { stdio: [hot, 'pipe', 'pipe', 'ignore', 'ignore', 'ignore', 'ignore', profile, map], maxBuffer: LARGEST_ANSWER },
    );
    if (status !== 0) throw new Error(`inlined.js ended with ${status}: ${stderr}`);
    return stdout.toString().trimEnd();
  } finally {
    for (const one of [hot, profile, map]) closeSync(one);
  }
}

/** The capture as it would be if it had been made with the `inlined.js` of this folder. */
export function withCodeReadAgain(text: string, folder: string, alone: boolean): string {
  if (!existsSync(folder)) throw new Error(`There is no ${folder}: it was recorded without --keep.`);
  const head = /^code (\d+)$/m.exec(text);
  if (head === null) return text;
  const lines = text.slice(head.index).split('\n');
  const again = readdirSync(folder)
    .filter((index) => !alone || readFileSync(join(folder, index, 'hot')).length > 0)
    .map((index) => `${index} ${ask(join(folder, index), alone)}`);
  const rest = lines.slice(1 + Number(head[1]));
  return `${text.slice(0, head.index)}${[`code ${again.length}`, ...again, ...rest].join('\n')}`;
}
