import type { Profile } from '../profile/profile.ts';
import { flameData, prepareProfile } from './data/flame-data.ts';
import { interactiveSvg } from './interactive-svg.ts';
import { type PictureOptions, profileParts } from './picture/static-svg.ts';

/**
 * One profile as a self-contained interactive SVG: a static picture, the complete tree and the viewer. Widths are CPU
 * cores where rate and length of the recording are known, else samples. Same profile, same bytes.
 */
export function profileSvg(profile: Profile, options: PictureOptions): string {
  const prepared = prepareProfile(profile);
  return interactiveSvg(profileParts(profile, options, prepared), flameData(profile, options, prepared));
}
