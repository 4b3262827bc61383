import { comparisonJson } from '../compare/comparison-json.ts';
import { differentialSvg } from '../flamegraph/differential-svg.ts';
import { differentialPicture, profilePicture } from '../flamegraph/picture/static-svg.ts';
import { profileSvg } from '../flamegraph/profile-svg.ts';
import type { MadeFile } from '../incidents/files/analysis-port.ts';
import { contentTypeOf } from '../incidents/files/made-names.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Profile } from '../profile/profile.ts';
import { rootByProcess } from '../profile/root-by-process.ts';
import type { GraphName } from '../report/graph-words.ts';
import type { Compared, Sides } from './read-sides.ts';

/** Picture for the mail. */
export type Rasterise = (svg: string) => Uint8Array;

/** Below this many cores nobody looks for them. */
const PROGRAMS_WORTH_DRAWING = 0.1;

/** The graphs of an incident, as what a browser explores and as what a mail shows; the comparison for programs. */
export function draw(rasterise: Rasterise, incident: Incident, { hot, healthy, compared }: Sides): MadeFile[] {
  const title = incident.group ?? incident.alarm.name;
  const culprit = culprits(compared);
  const graph = (name: GraphName, svg: string, picture: string): MadeFile[] => [
    textFile(`${name}.svg`, svg),
    // A copy: what the rasteriser gives may lie in memory that cannot go to another thread.
    madeFile(`${name}.png`, new Uint8Array(rasterise(picture))),
  ];
  const ofSide = (name: 'hot' | 'healthy', profile: Profile | null): MadeFile[] => {
    if (profile === null) return [];
    const key = culprit[name];
    const options = {
      title: `${title}: ${name} instance ${profile.facts.instanceId ?? ''}`.trim(),
      ...(key === undefined ? {} : { culprit: key }),
    };
    return graph(name, profileSvg(profile, options), profilePicture(profile, options));
  };
  const ofPrograms = (): MadeFile[] => {
    if (hot?.programs === undefined || !worthDrawing(hot.programs)) return [];
    const programs = rootByProcess(hot.programs);
    const options = { title: `${title}: other programs of the hot instance` };
    return graph('programs', profileSvg(programs, options), profilePicture(programs, options));
  };
  const ofComparison = (): MadeFile[] => {
    const differential = compared?.differential;
    if (!differential || differential.quality.grade === 'withheld') return [];
    const options = { title: `${title}: hot against healthy` };
    return [
      textFile('differential.json', comparisonJson(differential)),
      ...graph('differential', differentialSvg(differential, options), differentialPicture(differential, options)),
    ];
  };
  return [...ofSide('hot', hot), ...ofSide('healthy', healthy), ...ofPrograms(), ...ofComparison()];
}

function madeFile(name: string, content: Uint8Array): MadeFile {
  return { name, contentType: contentTypeOf(name), content };
}

export function textFile(name: string, text: string): MadeFile {
  return madeFile(name, new TextEncoder().encode(text));
}

/** The first finding's function as each side calls it. */
function culprits(compared: Compared | null): { readonly hot?: string; readonly healthy?: string } {
  const top = compared?.differential.findings[0];
  const hot = top && compared?.differential.tree.functions[top.fn]?.key;
  if (compared === null || hot === undefined) return {};
  const healthy = compared.healthy.profile.functions[compared.healthyFunctions.get(hot) ?? -1]?.key;
  return healthy === undefined ? { hot } : { hot, healthy };
}

function worthDrawing({ samples, facts }: Profile): boolean {
  return samples.length / ((facts.hz ?? 1) * (facts.seconds ?? 1)) >= PROGRAMS_WORTH_DRAWING;
}
