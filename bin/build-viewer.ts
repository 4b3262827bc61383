/**
 * Bundles what runs in browsers into generated modules that hold it as text, so that the service needs no build:
 * the flame graphs' viewer and the script of the pages. `npm run build:viewer` after a change to either.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

interface Bundle {
  readonly entry: string;
  readonly output: string;
  /** The constant that the generated module exports. */
  readonly name: string;
}

export const BUNDLES: readonly Bundle[] = [
  {
    entry: 'service/flamegraph/viewer/main.ts',
    output: 'service/flamegraph/viewer/bundle.generated.ts',
    name: 'viewerScript',
  },
  {
    entry: 'service/pages/scripts/page.ts',
    output: 'service/pages/scripts/bundle.generated.ts',
    name: 'pageScript',
  },
];

/** What would end a script element in HTML or a CDATA section in SVG, or begin a comment there. */
const UNSAFE = /\]\]>|<\/script|<!--/i;

async function bundleScript(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2024',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
    // Of the options in tsconfig.json only these change what is emitted.
    tsconfigRaw: { compilerOptions: { strict: true, verbatimModuleSyntax: true } },
  });
  const script = outputFiles[0]?.text.trimEnd() ?? '';
  const unsafe = UNSAFE.exec(script);
  if (unsafe !== null) {
    const place = script.slice(Math.max(0, unsafe.index - 40), unsafe.index + 20);
    throw new Error(
      `${entry}: \`${unsafe[0]}\` cannot stand in a file's script; write it in another way: … ${place} …`,
    );
  }
  return script;
}

/** The text of the generated module. The same sources give the same text. */
export async function generateModule({ entry, name }: Bundle): Promise<string> {
  const script = await bundleScript(entry);
  const comment = `/** Generated from ${entry} by \`npm run build:viewer\`; do not edit. */`;
  return `${comment}\nexport const ${name} =\n  ${JSON.stringify(script)};\n`;
}

if (import.meta.main) {
  for (const bundle of BUNDLES) {
    const text = await generateModule(bundle);
    writeFileSync(join(ROOT, bundle.output), text);
    console.log(`${bundle.output}: ${Buffer.byteLength(text)} bytes`);
  }
}
