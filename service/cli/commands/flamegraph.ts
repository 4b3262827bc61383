import { basename } from 'node:path';
import { profileSvg } from '../../flamegraph/profile-svg.ts';
import type { Profile } from '../../profile/profile.ts';
import { loadOne } from '../input.ts';
import { writeOutput } from '../output/write-output.ts';
import { parseCommand, usageError } from '../usage.ts';

/** Twice the width of a mail's picture: for slides and tickets. */
const PNG_SIZE = { width: 600, scale: 2 };

/** `smokejumper flamegraph`: the flame graph of a profile, SVG or PNG by the name of the file. */
export async function runFlamegraph(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('flamegraph', args);
  const { output } = values;
  if (output === undefined || !/\.(?:svg|png)$/.test(output)) {
    throw usageError('flamegraph needs -o with a file name that ends in .svg or .png.');
  }
  const profile = await loadOne('flamegraph', positionals, values, 'view');
  const about = { title: values.title ?? titleOf(positionals[0]) };
  await writeOutput(output, [output.endsWith('.png') ? await png(profile, about) : profileSvg(profile, about)]);
  return 0;
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
