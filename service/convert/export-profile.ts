/** A profile in the formats of other tools: what the command line writes and the pages offer. */
import { exportFolded } from '../profile/folded/export-folded.ts';
import { exportSpeedscope } from '../profile/formats/export-speedscope.ts';
import type { Profile } from '../profile/profile.ts';
import { exportPprof } from './pprof/export-pprof.ts';

export type ExportFormat = 'folded' | 'speedscope' | 'pprof';

const WRITERS: Readonly<
  Record<ExportFormat, (profile: Profile, title: string | undefined) => Iterable<Uint8Array | string>>
> = {
  folded: (profile) => exportFolded(profile, { names: 'canonical' }),
  speedscope: (profile, title) => exportSpeedscope(profile, title === undefined ? {} : { name: title }),
  pprof: (profile) => [exportPprof(profile)],
};

export const EXPORT_FORMATS: readonly ExportFormat[] = ['folded', 'speedscope', 'pprof'];

/** In pieces: a profile may be longer than a string can be. `title` is shown by speedscope. */
export function exportProfile(profile: Profile, format: ExportFormat, title?: string): Iterable<Uint8Array | string> {
  return WRITERS[format](profile, title);
}
