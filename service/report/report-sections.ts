import { barTemplate } from './bar-template.ts';
import { CODE, linked } from './source/code-section.ts';
import { timeTemplate } from './time-template.ts';

/**
 * The parts of a report that the page and the file share. The context is a `ReportModel`.
 */

const bar = (side: 'hot' | 'healthy' | '{{side}}', width: string) => barTemplate(side, width, ' thin');

const PLOT =
  '<svg class="plot" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">' +
  '<line class="zero" x1="{{plot.zero}}" x2="{{plot.zero}}" y1="0" y2="12"/>' +
  '<rect class="reach" x="{{plot.from}}" width="{{plot.width}}" y="3" height="6"/>' +
  '<rect class="dot{{#unless more}} less{{/unless}}" x="{{plot.at}}" width="1.6" y="1" height="10"/></svg>';

/** A function's name; with a graph to show it in, a link there. Without script the link leads to the graph. */
const shown = (graph: 'differential' | 'hot') =>
  `{{#if @root.graphs.length}}<a href="#graph-${graph}" data-graph="${graph}" data-show="{{show}}">` +
  '<strong class="name">{{name}}</strong></a>{{else}}<strong class="name">{{name}}</strong>{{/if}}';

export const MISSING = `
<section class="note" aria-labelledby="missing"><h2 id="missing">What is missing</h2>
{{#each failures}}<p><strong>The {{role}} instance {{instanceId}}:</strong> {{message}}\
{{#if hint}} <span class="soft">{{hint}}</span>{{/if}}</p>{{/each}}
{{#each shortcomings}}<p>{{this}}</p>{{/each}}
{{#each issues}}<p><strong>{{side}}:</strong> {{message}} <span class="soft">{{fix}}</span></p>{{/each}}
</section>`;

/** The code of the culprit, below the answer. */
export const CULPRIT_CODE = `
{{#if source}}<section aria-label="Code of the culprit">${CODE}</section>{{/if}}`;

export const FINDINGS = `
{{#if findings.length}}<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="findings">\
<table class="stack" role="table" data-sortable>
<caption>What changed between the healthy and the hot instance, most important first. \
All numbers are CPU cores.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Function</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">Hot</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">Healthy</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">Difference</th>\
<th role="columnheader" scope="col">95 % interval</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">q</th></tr></thead>
<tbody role="rowgroup">{{#each findings}}<tr role="row">\
<th role="rowheader" scope="row" class="name-cell">${shown('differential')}\
{{#if package}} <span class="soft small">{{package}}</span>{{/if}}<br><span class="soft small">\
{{#if place}}${linked('<code>{{place}}</code>')}, {{/if}}{{change}}, {{counting}}\
{{#if through}}, through <code>{{through}}</code>{{/if}}\
{{#if calledFrom}}, called from <code>{{calledFrom}}</code>{{/if}}\
{{#if container}}, in container {{container}}{{/if}}</span></th>
<td role="cell" class="num" data-label="Hot" data-value="{{raw.hot}}">{{hot}}${bar('hot', '{{hotBar}}')}</td>\
<td role="cell" class="num" data-label="Healthy" data-value="{{raw.healthy}}">\
{{healthy}}${bar('healthy', '{{healthyBar}}')}</td>
<td role="cell" class="num" data-label="Difference" data-value="{{raw.delta}}"><strong>{{delta}}</strong><br>\
<span class="soft small">± {{plusMinus}}</span></td>\
<td role="cell" data-label="95 % interval"><span class="soft small num">{{interval}}</span>${PLOT}</td>\
<td role="cell" class="num" data-label="q" data-value="{{raw.q}}">{{q}}</td></tr>{{/each}}</tbody>
</table></div>{{#if moreFindings}}<p class="soft small">{{moreFindings}} smaller findings are not listed.</p>\
{{/if}}</section>{{/if}}
{{#if topFunctions.length}}<section aria-labelledby="busiest">\
<h2 id="busiest">Busiest functions on the hot instance</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="busiest"><table class="stack" role="table" data-sortable>
<caption>Where the CPU went, most own cores first. This does not say what changed.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Function</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">Own cores</th>\
<th role="columnheader" scope="col" class="num" data-sort="number">With callees</th></tr></thead>
<tbody role="rowgroup">{{#each topFunctions}}<tr role="row">\
<th role="rowheader" scope="row" class="name-cell">${shown('hot')}\
{{#if package}} <span class="soft small">{{package}}</span>{{/if}}\
{{#if place}}<br><code class="soft small">{{place}}</code>{{/if}}</th>\
<td role="cell" class="num" data-label="Own cores" data-value="{{raw.self}}">\
{{self}}${bar('hot', '{{selfBar}}')}</td>\
<td role="cell" class="num" data-label="With callees" data-value="{{raw.total}}">{{total}}</td></tr>{{/each}}</tbody>
</table></div></section>{{/if}}`;

export const PROGRAMS = `
{{#if programs.length}}<section aria-labelledby="programs"><h2 id="programs">Other programs on the hosts</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="programs"><table class="stack" role="table">
<caption>What used the CPUs beside the profiled processes, in cores, by perf's samples.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Program</th>\
<th role="columnheader" scope="col" class="num">Hot</th>\
<th role="columnheader" scope="col" class="num">Healthy</th>\
<th role="columnheader" scope="col" class="num">Difference</th></tr></thead>
<tbody role="rowgroup">{{#each programs}}<tr role="row">\
<th role="rowheader" scope="row" class="name-cell"><strong class="name">{{name}}</strong>\
{{#if detail}}<br><span class="soft small">{{detail}}</span>{{/if}}</th>\
<td role="cell" class="num" data-label="Hot">{{hot}}${bar('hot', '{{hotBar}}')}</td>\
<td role="cell" class="num" data-label="Healthy">{{healthy}}${bar('healthy', '{{healthyBar}}')}</td>\
<td role="cell" class="num" data-label="Difference">{{delta}}</td></tr>{{/each}}</tbody>
</table></div></section>{{/if}}`;

export const OBTAINED = `
<section aria-labelledby="obtained"><h2 id="obtained">How it was obtained</h2>
{{#if obtained.rows.length}}<div class="scroll" tabindex="0" role="group" aria-labelledby="obtained">\
<table class="columns">
<caption>One column per recording; all began in the same second.</caption>
<thead><tr><td></td>{{#each obtained.columns}}<th scope="col">{{role}}<br>\
<code class="id">{{instanceId}}</code></th>{{/each}}</tr></thead>
<tbody>{{#each obtained.rows}}<tr><th scope="row" class="label">{{label}}</th>{{#each values}}\
<td class="wide">{{this}}</td>{{/each}}</tr>{{/each}}</tbody>
</table></div>{{else}}<p>Nothing was recorded.</p>{{/if}}
{{#if obtained.leftOut}}<p class="soft small">{{obtained.leftOut}} more recordings are not shown.</p>{{/if}}
<ul class="plain small">
{{#each obtained.coverage}}<li><strong>{{label}}:</strong> {{text}}</li>{{/each}}
{{#each method}}<li class="soft">{{this}}</li>{{/each}}
{{#each obtained.warnings}}<li class="soft"><code>{{instanceId}}</code>: {{text}}</li>{{/each}}
</ul></section>`;

export const MEMBERS = `
{{#if members.length}}<section aria-labelledby="members"><h2 id="members">Which instances, and why</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="members"><table class="stack" role="table">
<caption>The members of the group when the alarm arrived.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Instance</th>\
<th role="columnheader" scope="col">Role</th><th role="columnheader" scope="col" class="num">CPU</th>\
<th role="columnheader" scope="col">Why</th></tr></thead>
<tbody role="rowgroup">{{#each members}}<tr role="row">\
<th role="rowheader" scope="row"><code class="id">{{instanceId}}</code></th><td role="cell" class="id">{{role}}</td>\
<td role="cell" class="num">{{#if cpu}}{{cpu}}${bar('{{side}}', '{{cpuBar}}')}{{else}}not known{{/if}}</td>\
<td role="cell" class="wide full">{{reason}}</td></tr>{{/each}}</tbody>
</table></div>{{#if moreMembers}}<p class="soft small">{{moreMembers}} more members are not listed.</p>\
{{/if}}</section>{{/if}}`;

export const ALARM = `
<section aria-labelledby="alarm"><h2 id="alarm">The alarm</h2>
<dl class="known card">{{#each alarm}}<dt>{{label}}</dt><dd>{{value}}</dd>{{/each}}\
<dt>Raised</dt><dd>${timeTemplate('alarmAt')}</dd></dl></section>`;

export const LEGEND = `
<section aria-label="Legend"><details class="legend"><summary>What cores, ± and q mean</summary><dl class="known">
<dt>Cores</dt><dd>CPU seconds used per second of wall time: samples ÷ (rate × seconds). \
1.00 is one CPU busy all the time. Cores add up; percentages of two profiles do not.</dd>
<dt>Own and native code, with callees</dt><dd>Time in the function itself and in the native, \
V8 and kernel code that it calls; or in it and everything that it calls.</dd>
<dt>±</dt><dd>Half of the 95 % confidence interval of the difference, estimated from one-second blocks, \
so that bursts are not mistaken for certainty.</dd>
<dt>q</dt><dd>The share of false alarms to expect among all findings that are at least as certain as this one \
(Benjamini–Hochberg). Below 0.05 counts as significant.</dd>
<dt>Explains</dt><dd>This difference as a share of the whole difference between the two instances.</dd>
<dt>Through</dt><dd>The native, V8, Node or kernel code below the function in which the time is spent.</dd>
</dl></details></section>`;
