import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { loadProfile } from '../convert/load-profile.ts';
import { profileSvg } from '../flamegraph/profile-svg.ts';
import { profilePicture } from '../flamegraph/static-svg.ts';
import { svgToPng } from '../raster/png.ts';
import { parseCommand, usageError } from './usage.ts';

/** Twice the width of a mail's picture: for slides and tickets. */
const PNG_SIZE = { width: 600, scale: 2 };

/** `smokejumper flamegraph FILE -o OUT.svg|OUT.png [--title TEXT] [--perf-map FILE …]`. */
export async function runFlamegraph(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('flamegraph', args, {
    output: { type: 'string', short: 'o' },
    title: { type: 'string' },
    'perf-map': { type: 'string', multiple: true },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw usageError('flamegraph takes one FILE.');
  const { output } = values;
  if (output === undefined || !/\.(?:svg|png)$/.test(output)) {
    throw usageError('flamegraph needs -o with a file that ends in .svg or .png.');
  }
  const profile = await loadProfile(path, { perfMaps: values['perf-map'] ?? [] });
  const about = { title: values.title ?? basename(path) };
  if (output.endsWith('.png')) await writeFile(output, svgToPng(profilePicture(profile, about), PNG_SIZE));
  else await writeFile(output, profileSvg(profile, about));
  process.stderr.write(`wrote ${output}\n`);
  return 0;
}
