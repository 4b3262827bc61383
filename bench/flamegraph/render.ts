/**
 * node bench/flamegraph/render.ts FOLDED: how long the steps from a call tree to an SVG take, in this process. JSON.
 */
import { gzipSync } from 'node:zlib';
import { loadProfile } from '../../service/convert/load-profile.ts';
import { flameData, prepareProfile } from '../../service/flamegraph/data/flame-data.ts';
import { profileFrames } from '../../service/flamegraph/data/static-frame-data.ts';
import { interactiveSvg } from '../../service/flamegraph/interactive-svg.ts';
import { drawFrames } from '../../service/flamegraph/picture/static-frames.ts';
import { profileParts } from '../../service/flamegraph/picture/static-svg.ts';

const RUNS = 7;
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('FOLDED is missing');

/** Median of several, the first ones left out: they compile. */
function time<T>(work: () => T): { readonly ms: number; readonly result: T } {
  const took: number[] = [];
  let result = work();
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    result = work();
    took.push(performance.now() - start);
  }
  took.sort((a, b) => a - b);
  return { ms: took[Math.floor(RUNS / 2)] as number, result };
}

const profile = await loadProfile(path);
const about = { title: 'bench' };
const style = { width: 1176, row: 17, fontSize: 12, maxRows: 1000, titleWidth: 4 };
const prepared = prepareProfile(profile);
const frames = profileFrames(prepared, prepared.unit, prepared.scale ?? 1, undefined);
const all = time(() =>
  drawFrames(profileFrames(prepareProfile(profile), 'samples', 1, undefined), { ...style, minWidth: 0 }),
);
const culled = time(() =>
  drawFrames(profileFrames(prepareProfile(profile), 'samples', 1, undefined), { ...style, minWidth: 0.1 }),
);
const file = time(() => {
  const fresh = prepareProfile(profile);
  return interactiveSvg(profileParts(profile, about, fresh), flameData(profile, about, fresh));
});
console.log(
  JSON.stringify({
    nodes: frames.tree.length,
    all: { frames: all.result.drawn, ms: all.ms },
    culled: { frames: culled.result.drawn, ms: culled.ms },
    file: { ms: file.ms, bytes: file.result.length, gzipped: gzipSync(file.result).length },
  }),
);
