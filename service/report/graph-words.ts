import { formatDuration } from '../shared/text/duration.ts';
import type { ReportData } from './report-data.ts';

/** The graphs in the order in which a person wants them, with a sentence that says what is seen. */
export const GRAPH_WORDS = [
  [
    'differential',
    'What changed',
    'Both profiles in one graph, as wide as on the hot instance. The legend below it says what its colours mean.',
  ],
  ['hot', 'Hot instance', 'Where the CPU went on the hot instance: the wider a frame, the more cores.'],
  ['healthy', 'Healthy peer', 'The same seconds on the healthy peer.'],
  ['programs', 'Other programs', 'What else used the CPUs of the hot instance, by program.'],
] as const;

export type GraphName = (typeof GRAPH_WORDS)[number][0];

interface GraphWords {
  readonly title: string;
  readonly caption: string;
}

/** The words of a graph in a report; `baseline`: the healthy side is one. */
export function graphWords(name: GraphName, { baseline }: Pick<ReportData, 'baseline'>): GraphWords {
  if (name === 'healthy' && baseline !== undefined) {
    const ago = formatDuration(baseline.agoMs);
    return { title: 'Healthy baseline', caption: `Recorded ${ago} earlier, when nothing burnt.` };
  }
  const [, title, caption] = GRAPH_WORDS.find(([known]) => known === name) ?? [name, name, ''];
  return { title, caption };
}
