import { incidentHref } from './incident-words.ts';
import type { ReportFile } from './report-data.ts';

/** The three graphs in the order in which a person wants them, with a sentence that says what is seen. */
export const GRAPH_WORDS = [
  [
    'differential',
    'What changed',
    'Both profiles in one graph. Orange: more on the hot instance; blue: less; grey: no significant difference.',
  ],
  ['hot', 'Hot instance', 'Where the CPU went on the hot instance: the wider a frame, the more cores.'],
  ['healthy', 'Healthy peer', 'The same seconds on the healthy peer.'],
] as const;

export type GraphName = (typeof GRAPH_WORDS)[number][0];

export interface GraphModel {
  readonly name: GraphName;
  readonly title: string;
  readonly caption: string;
  readonly href: string;
}

/** The graphs that exist. */
export function graphModels(id: string, files: readonly ReportFile[]): GraphModel[] {
  const names = new Set(files.map((file) => file.name));
  return GRAPH_WORDS.filter(([name]) => names.has(`${name}.svg`)).map(([name, title, caption]) => ({
    name,
    title,
    caption,
    href: `${incidentHref(id)}/files/${name}.svg`,
  }));
}

/** Without script all graphs are shown below each other; the page's script makes tabs of them. */
export const GRAPHS = `
{{#if graphs.length}}<section aria-labelledby="graphs"><h2 id="graphs">Flame graphs</h2>
<div data-tabs>
{{#each graphs}}<div class="graph" data-tab="{{title}}" id="graph-{{name}}"><h3>{{title}}</h3><p class="soft small">{{caption}} <a href="{{href}}">Open alone<span class="hidden-text">: {{title}}</span></a></p>
<object type="image/svg+xml" data="{{href}}" aria-label="Flame graph: {{title}}"><p><a href="{{href}}">{{title}}, flame graph</a></p></object></div>
{{/each}}</div></section>{{/if}}`;
