import { clean } from '../report/clean-text.ts';
import { GRAPH_WORDS, type GraphName, graphWords } from '../report/graph-words.ts';
import { recordings } from '../report/recordings.ts';
import type { ReportData, ReportFile } from '../report/report-data.ts';
import { fileHref, speedscopeHref } from './links.ts';

export interface GraphModel {
  readonly name: GraphName;
  readonly title: string;
  readonly caption: string;
  readonly href: string;
  /**
   * Instance, and the address of speedscope with its profile loaded; null where the graph is of no single recording.
   */
  readonly instanceId: string | null;
  readonly speedscope: string | null;
}

/** The graphs that exist. `report` says whose recordings they are. */
export function graphModels(id: string, report: ReportData | null, files: readonly ReportFile[]): GraphModel[] {
  const names = new Set(files.map((file) => file.name));
  const known = report ? recordings(report) : [];
  return GRAPH_WORDS.filter(([name]) => names.has(`${name}.svg`)).map(([name]) => {
    const recording = known.find((candidate) => candidate.name === name);
    const kept = recording !== undefined && names.has(`${recording.captureId}.capture.gz`);
    return {
      name,
      ...graphWords(name, report ?? {}),
      href: fileHref(id, `${name}.svg`),
      instanceId: recording === undefined ? null : clean(recording.instanceId, 100),
      speedscope: kept ? speedscopeHref(id, recording) : null,
    };
  });
}

/**
 * Without script all graphs are shown below each other; the page's script makes tabs of them and keeps them in step.
 * While the report is being written the section stays as it is (`data-keep`), so that a graph that somebody already
 * explores is not loaded anew.
 */
export const GRAPHS = `
{{#if graphs.length}}<section class="broad" aria-labelledby="graphs" data-keep="{{#each graphs}}{{href}} {{/each}}">\
<h2 id="graphs">Flame graphs</h2>
<div data-graphs>
{{#each graphs}}<div class="graph" data-tab="{{title}}" data-graph="{{name}}" id="graph-{{name}}">\
<h3>{{title}}{{#if instanceId}} <code class="soft small">{{instanceId}}</code>{{/if}}</h3>\
<p class="soft small">{{caption}} <span class="links"><a href="{{href}}">Open alone\
<span class="hidden-text">: {{title}}</span></a>{{#if speedscope}} <a href="{{speedscope}}">Open in speedscope\
<span class="hidden-text">: {{title}}</span></a>{{/if}}</span></p>
<object type="image/svg+xml" data="{{href}}" aria-label="Flame graph: {{title}}">\
<p><a href="{{href}}">{{title}}, flame graph</a></p></object></div>
{{/each}}</div></section>{{/if}}`;
