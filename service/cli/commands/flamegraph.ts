import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { profileSvg } from '../../flamegraph/profile-svg.ts';
import type { Profile } from '../../profile/profile.ts';
import { AppError } from '../../shared/errors.ts';
import { loadOne } from '../input.ts';
import { writeOutput } from '../output/write-output.ts';
import { writtenJson } from '../output/written-profile.ts';
import { parseCommand, usageError } from '../usage.ts';

/** Twice the width of a mail's picture: for slides and tickets. */
const PNG_SIZE = { width: 600, scale: 2 };

/**
 * `smokejumper flamegraph`: the flame graph of a profile, SVG or PNG by the name of the file. Without one it is named
 * after the profile, in the working directory: that of the profile may be somebody else's.
 */
export async function runFlamegraph(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('flamegraph', args);
  const output = values.output ?? nameFor(positionals[0]);
  if (!/\.(?:svg|png)$/.test(output)) {
    throw usageError('flamegraph needs -o with a file name that ends in .svg or .png, or no -o.');
  }
  if (values.output === undefined) await refuseForeign(output);
  const profile = await loadOne('flamegraph', positionals, values, 'view');
  const about = { title: values.title ?? titleOf(positionals[0]) };
  const format = output.endsWith('.png') ? 'png' : 'svg';
  await writeOutput(output, [format === 'png' ? await png(profile, about) : profileSvg(profile, about)]);
  if (values.json) process.stdout.write(writtenJson(output, format, profile));
  else if (values.output === undefined) process.stdout.write(`${output}\n`);
  return 0;
}

/** What a profile's name ends in, from the outside to the inside. */
const ENDINGS = /(?:\.(?:gz|zst|txt|json|folded|collapsed|capture|cpuprofile|speedscope|pprof|pb|perf|out|prof))+$/i;

/** `before.capture.gz` → `before.svg`. */
function nameFor(path: string | undefined): string {
  const name = path === undefined || path === '-' ? '' : basename(path).replace(ENDINGS, '');
  return `${name === '' ? 'flamegraph' : name}.svg`;
}

/** Nobody has named the file, so only what this command has made may go. */
async function refuseForeign(path: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    text = '';
  }
  // What the viewer of our flame graphs reads.
  if (text.startsWith('<svg') && text.includes(' data-flamegraph-data=')) return;
  throw new AppError('FILE_EXISTS', `${JSON.stringify(path)} exists, and is not a flame graph of this command.`, {
    hint: 'Name another file with -o.',
  });
}

/** The rasteriser is loaded for those who want it. */
async function png(profile: Profile, about: { readonly title: string }): Promise<Uint8Array> {
  const [{ svgToPng }, { profilePicture }] = await Promise.all([
    import('../../raster/png.ts'),
    import('../../flamegraph/picture/static-svg.ts'),
  ]);
  return svgToPng(profilePicture(profile, about), PNG_SIZE);
}

function titleOf(path: string | undefined): string {
  return path === undefined || path === '-' ? 'Flame graph' : basename(path);
}
