import type { Differential } from '../compare/differential.ts';
import { differentialData, prepareDifferential } from './data/flame-data.ts';
import { interactiveSvg } from './interactive-svg.ts';
import { differentialParts, type PictureOptions } from './picture/static-svg.ts';

/**
 * Hot against healthy as a self-contained interactive SVG: a static picture by hot cores, both trees in full, what is
 * known about each function's change, the findings and the viewer. Same comparison, same bytes.
 */
export function differentialSvg(d: Differential, options: PictureOptions): string {
  const prepared = prepareDifferential(d);
  return interactiveSvg(differentialParts(d, options, prepared), differentialData(d, options, prepared));
}
