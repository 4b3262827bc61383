/**
 * Makes the programs in JavaScript that travel to instances shorter, into a generated module: SSM takes 64 KB. Names of
 * variables become short, white space goes, and what can be said in fewer words is. `npm run build:remote` after a
 * change to one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { javaScriptPrograms } from '../service/capture/assemble-script.ts';
import { readParts } from '../service/remote-scripts.ts';

export const SHORT_PROGRAMS_FILE: string = join(import.meta.dirname, '../service/capture/short-programs.generated.ts');

/** Makes an expression a statement that is not dropped as useless. */
const VALUE = 'export default ';

async function shorten(text: string): Promise<string> {
  const options = { minify: true, target: 'node16', legalComments: 'none' } as const;
  const isExpression = text.startsWith('(function ');
  const { code } = await transform(isExpression ? VALUE + text : text, options);
  return (isExpression ? code.slice(VALUE.length - 1) : code).trim();
}

/** The text of the generated module. The same sources give the same text. */
export async function generateShortPrograms(): Promise<string> {
  const lines: string[] = [];
  for (const [name, text] of javaScriptPrograms(readParts())) {
    lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(await shorten(text))},`);
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
