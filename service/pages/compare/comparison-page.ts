import type { ComparisonModel } from '../../report/comparison/comparison-model.ts';
import { LEGEND } from '../../report/report-sections.ts';
import { compile } from '../../report/templates.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';

/** What was compared, in clean words. */
export interface ShownSide {
  readonly label: string;
  readonly about: string;
  /** The page of its incident; null for a file. */
  readonly href: string | null;
}

export interface ShownComparison {
  readonly model: ComparisonModel;
  readonly a: ShownSide;
  readonly b: ShownSide;
  readonly hasGraph: boolean;
}

interface ComparisonPageModel extends PageShellModel {
  readonly compared: ComparisonModel;
  readonly sides: readonly (ShownSide & { readonly letter: string; readonly facts: string })[];
  readonly graph: string | null;
  readonly swap: string | null;
  readonly hasCores: boolean;
}

/** Without a graph there is nothing to show a function in. */
const NAME =
  '{{#if @root.graph}}<a href="#graph-differential" data-graph="differential" data-show="{{show}}">' +
  '<strong class="name">{{name}}</strong></a>{{else}}<strong class="name">{{name}}</strong>{{/if}}';

const FINDINGS = `
{{#if compared.findings.length}}<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="findings">\
<table class="stack" role="table" data-sortable>
<caption>What changed from A to B, most important first. {{#if hasCores}}All numbers are CPU cores.{{else}}\
All numbers are parts of a profile in percent, as it is not known how long both recorded.{{/if}}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Function</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">A</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">B</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">Difference</th>\
<th role="columnheader" scope="col" class="num">95 % interval</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">q</th></tr></thead>
<tbody role="rowgroup">{{#each compared.findings}}<tr role="row">\
<th role="rowheader" scope="row" class="name-cell">${NAME}\
{{#if package}} <span class="soft small">{{package}}</span>{{/if}}<br><span class="soft small">\
{{#if place}}<code>{{place}}</code>, {{/if}}{{change}}, {{counting}}\
{{#if through}}, through <code>{{through}}</code>{{/if}}\
{{#if calledFrom}}, called from <code>{{calledFrom}}</code>{{/if}}\
{{#if container}}, in container {{container}}{{/if}}\
{{#if explains}}, {{explains}} of the whole difference{{/if}}\
{{#unless significant}}; <strong>not significant</strong>{{/unless}}</span>\
{{#each notes}}<br><span class="soft small">{{this}}</span>{{/each}}</th>
<td role="cell" class="num" data-label="A" data-value="{{raw.healthy}}">{{a}}</td>
<td role="cell" class="num" data-label="B" data-value="{{raw.hot}}">{{b}}</td>
<td role="cell" class="num" data-label="Difference" data-value="{{raw.delta}}"><strong>{{delta}}</strong></td>
<td role="cell" class="num" data-label="95 % interval"><span class="soft small">{{interval}}</span></td>
<td role="cell" class="num" data-label="q" data-value="{{raw.q}}">{{q}}</td></tr>{{/each}}</tbody>
</table></div>{{#if compared.moreFindings}}<p class="soft small">{{compared.moreFindings}} smaller findings are not \
listed.</p>{{/if}}</section>{{/if}}`;

const render = compile<ComparisonPageModel>(
  pageShell(`
<nav class="crumbs" aria-label="Breadcrumb"><a href="/compare">Compare two profiles</a></nav>
<header><div class="where"><span class="pill">{{compared.verdict}}</span></div>
<h1>{{compared.headline}}</h1>
{{#if compared.evidence.length}}<ul class="tick">{{#each compared.evidence}}<li>{{this}}</li>{{/each}}</ul>{{/if}}
</header>
<section aria-labelledby="compared"><h2 id="compared">What was compared</h2>
<dl class="known">{{#each sides}}<dt>{{letter}}</dt><dd><strong>{{#if href}}<a href="{{href}}">{{label}}</a>{{else}}\
{{label}}{{/if}}</strong> <span class="soft">{{about}}</span><br>{{facts}}</dd>{{/each}}</dl>
<p class="soft small">In words and in the graph, “healthy” is A and “hot” is B, whatever they are. \
{{#if swap}}<a href="{{swap}}">Swap A and B</a>{{/if}}</p></section>
{{#if compared.issues.length}}<section class="note" aria-labelledby="limits">\
<h2 id="limits">What cannot be compared, or not well</h2>
{{#each compared.issues}}<p><strong>{{side}}:</strong> {{message}} <span class="soft">{{fix}}</span></p>{{/each}}\
{{#unless graph}}<p>So no graph is drawn.</p>{{/unless}}</section>{{/if}}
{{#if graph}}<section class="broad" aria-labelledby="graphs"><h2 id="graphs">Differential flame graph</h2>
<div data-graphs><div class="graph" data-graph="differential" id="graph-differential"><h3>B against A</h3>\
<p class="soft small">As wide as in B; what grew is red, what shrank is blue, and grey is not significant. \
<span class="links"><a href="{{graph}}">Open alone</a></span></p>
<object type="image/svg+xml" data="{{graph}}" aria-label="Differential flame graph: B against A">\
<p><a href="{{graph}}">Differential flame graph</a></p></object></div></div></section>{{/if}}
${FINDINGS}
{{#if compared.method.length}}<section aria-labelledby="method"><h2 id="method">How it was compared</h2>
<ul class="tick small">{{#each compared.method}}<li>{{this}}</li>{{/each}}</ul></section>{{/if}}
${LEGEND}`),
);

/** Two profiles compared. `graph` and `swap` are addresses; null: there is none. */
export function renderComparisonPage(input: {
  readonly shown: ShownComparison;
  readonly graph: string | null;
  readonly swap: string | null;
  readonly assets: PageAssets;
}): string {
  const { model, a, b } = input.shown;
  return render({
    title: `${b.label} against ${a.label}, Smokejumper`,
    assets: input.assets,
    nav: navOf(null),
    live: null,
    compared: model,
    sides: [
      { letter: 'A', ...a, facts: model.sides.a },
      { letter: 'B', ...b, facts: model.sides.b },
    ],
    graph: input.graph,
    swap: input.swap,
    hasCores: model.unit === 'cores',
  });
}
