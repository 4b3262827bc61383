/**
 * Makes the programs in JavaScript that travel to instances shorter, into a generated module: SSM takes 64 KB. Names of
 * variables become short, white space goes, and what can be said in fewer words is. `npm run build:remote` after a
 * change to one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { javaScriptPrograms } from '../service/capture/assemble-script.ts';
import { readParts } from '../service/remote-scripts.ts';

export const SHORT_PROGRAMS_FILE: string = join(import.meta.dirname, '../service/capture/short-programs.generated.ts');

/** Makes an expression a statement that is not dropped as useless. */
const VALUE = 'export default ';
const OPTIONS = { minify: true, target: 'node16', legalComments: 'none' } as const;

async function shorten(text: string): Promise<string> {
  if (text.startsWith('(function ')) {
    const { code } = await transform(VALUE + text, OPTIONS);
    return code.slice(VALUE.length - 1).trim();
  }
  // Within a function the names of the program's own functions become short as well.
  return (await transform(text, { ...OPTIONS, format: 'iife' })).code.trim();
}

/** A part as a module of the language: those have one scope in the end, and no word of their names is left. */
function asModule(part: string): string {
  return part
    .replace(/^const (\{[^}]*\}) = require\('(\.\/[^']*)'\);$/gm, 'import $1 from "$2";')
    .replace(/^module\.exports = /m, 'export ');
}

/** A program in several files. */
async function shortenParts(name: string, parts: ReadonlyMap<string, string>): Promise<string> {
  const { outputFiles } = await build({
    ...OPTIONS,
    format: 'cjs',
    stdin: { contents: asModule(parts.get(name) ?? ''), resolveDir: '/', sourcefile: name },
    bundle: true,
    platform: 'node',
    write: false,
    plugins: [
      {
        name: 'parts',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\// }, ({ path, importer, namespace }) => {
            const folder = namespace === 'part' ? importer.slice(0, importer.lastIndexOf('/') + 1) : '';
            return { path: folder + path.slice(2), namespace: 'part' };
          });
          onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({ contents: asModule(parts.get(path) ?? '') }));
        },
      },
    ],
  });
  return outputFiles[0]?.text.trim() ?? '';
}

/** The text of the generated module. The same sources give the same text. */
export async function generateShortPrograms(): Promise<string> {
  const lines: string[] = [];
  const parts = readParts();
  for (const [name, text] of javaScriptPrograms(parts)) {
    const short = /\brequire\('\.\//.test(parts.get(name) ?? '')
      ? await shortenParts(name, parts)
      : await shorten(text);
    lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(short)},`);
  }
  const comment = '/** Generated from remote-scripts by `npm run build:remote`; do not edit. */';
  const type = 'Readonly<Record<string, string>>';
  return `${comment}\nexport const SHORT_PROGRAMS: ${type} = {\n${lines.join('\n')}\n};\n`;
}

if (import.meta.main) {
  const text = await generateShortPrograms();
  writeFileSync(SHORT_PROGRAMS_FILE, text);
  console.log(`${SHORT_PROGRAMS_FILE}: ${Buffer.byteLength(text)} bytes`);
}
