import type { Differential } from '../../compare/differential.ts';
import { differentialSvg } from '../../flamegraph/differential-svg.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { writeOutput } from './write-output.ts';

/** Writes the differential flame graph, unless the recordings are too weak for one: says why and resolves to false. */
export async function writeDifferential(path: string, differential: Differential, title: string): Promise<boolean> {
  const { grade, issues } = differential.quality;
  if (grade === 'withheld') {
    const why = issues.slice(0, 1).map(({ side, message, fix }) => ` ${side}: ${message} ${fix}`);
    const words = `${path} was not drawn, because the recordings are too weak to compare.${why.join('')}`;
    process.stderr.write(`${visible(words)}\n`);
    return false;
  }
  await writeOutput(path, [differentialSvg(differential, { title })]);
  return true;
}
