import { barTemplate } from '../bar-template.ts';
import { sentenceTemplate } from '../sentence-template.ts';
import { linked } from '../source/code-section.ts';
import { timeTemplate } from '../time-template.ts';

/**
 * The first screen of page and report file, under headline and sentence: where it is, what it is and how much, what to
 * do next, and how sure that is. The context is a `ReportModel`.
 */

const away = (url: string, words: string) => `<a href="{{${url}}}" rel="noreferrer">${words}</a>`;

const inConsole = (path: string) =>
  `{{#if ${path}.url}}${away(`${path}.url`, `{{${path}.name}}`)}{{else}}{{${path}.name}}{{/if}}`;

/** `lasted`: what is said behind the time of the alarm. */
export const facts = (lasted: string) => `<dl class="places">
{{#if answer.instance}}<div><dt>Hot instance</dt><dd><code class="id">${inConsole('answer.instance')}</code>\
{{#if answer.instance.session}} <span class="small">${away('answer.instance.session', 'open a session')}</span>{{/if}}\
</dd></div>{{/if}}\
{{#if answer.group}}<div><dt>Group</dt><dd>${inConsole('answer.group')}</dd></div>{{/if}}\
{{#if answer.peers.length}}<div><dt>Healthy peer</dt><dd>{{#each answer.peers}}<code class="id">\
{{#if url}}${away('url', '{{name}}')}{{else}}{{name}}{{/if}}</code> {{/each}}</dd></div>{{/if}}\
{{#if answer.baseline}}<div><dt>Compared with</dt><dd><code class="id">${inConsole('answer.baseline')}</code>, \
{{answer.baseline.facts}}</dd></div>{{/if}}\
{{#if answer.home}}<div><dt>Region</dt><dd>{{answer.home}}</dd></div>{{/if}}\
<div>{{#if drill}}<dt>Drill</dt><dd>begun{{else}}<dt>Alarm</dt><dd>${inConsole('answer.alarm')} since{{/if}} \
${timeTemplate('opened')}${lasted}</dd></div></dl>`;

/** Above the title. */
export const BANNER =
  '{{#if drill}}<p class="note drill"><strong>DRILL.</strong> {{drill}}</p>{{/if}}' +
  '{{#if second}}<p class="note">{{second}}</p>{{/if}}';

/** The first sentence. */
export const LEAD =
  '<p class="lead">{{#if answer.saysHowSure}}<strong>{{answer.certainty.level}}.</strong> {{/if}}' +
  `${sentenceTemplate('sentencePieces')}</p>`;

const BARS = `<dl class="bars">
<dt>hot</dt><dd>${barTemplate('hot', '{{hotBar}}')}</dd><dd class="num">{{hot}} cores</dd>
<dt>healthy</dt><dd>${barTemplate('healthy', '{{healthyBar}}')}</dd><dd class="num">{{healthy}} cores</dd>
</dl>`;

const showLink = (graph: 'differential' | 'hot') =>
  `{{#if @root.graphs.length}}<p class="small screen-only">` +
  `<a href="#graph-${graph}" data-graph="${graph}" data-show="{{show}}">Show it in the flame graph</a></p>{{/if}}`;

const PROGRAM = `{{#with program}}<div class="card culprit">
<h2>Another program</h2>
<p><span class="name">{{name}}</span>{{#if place}}<code>{{place}}</code>{{/if}}</p>
{{#if detail}}<p class="soft small">{{detail}}</p>{{/if}}
${BARS}
{{#if @root.graphs.length}}<p class="small screen-only"><a href="#graph-programs" data-graph="programs">\
Show it in the flame graph</a></p>{{/if}}
</div>{{/with}}`;

const CULPRIT = `{{#with culprit}}<div class="card culprit">
<h2>The culprit</h2>
<p><span class="name">{{name}}</span>{{#if place}}${linked('<code>{{place}}</code>')}\
{{#if hotLine}} <strong>hottest line {{hotLine}}</strong>{{/if}}{{else}}\
<span class="soft">file not known</span>{{/if}}</p>
<p class="soft small">{{#if package}}Package <code>{{package}}</code>{{else}}Code of the service itself{{/if}}\
{{#if through}}, through <code>{{through}}</code>{{/if}}\
{{#if calledFrom}}; called from <code>{{calledFrom}}</code>{{/if}}\
{{#if container}}; in container {{container}}{{/if}}.</p>
${BARS}
<p class="soft small">Counted {{time}}.{{#if withCallees}} With everything that it calls, as wide as its frames in the \
flame graph: <span class="num">{{withCallees}}</span>.{{/if}}</p>
{{#each notes}}<p class="soft small">{{this}}</p>{{/each}}
{{#if route.length}}<p class="route">{{#each route}}<code>{{this}}</code> {{/each}}</p>{{/if}}
${showLink('differential')}
</div>{{/with}}`;

const BUSIEST = `{{#with busiest}}<div class="card culprit">
<h2>Busiest on the hot instance</h2>
<p><span class="name">{{name}}</span>{{#if place}}<code>{{place}}</code>{{else}}\
<span class="soft">file not known</span>{{/if}}</p>
<p class="soft small">{{#if package}}Package <code>{{package}}</code>.{{/if}} \
{{#if ../compared}}It is what the CPU is used for, \
{{#if ../answer.baseline}}in the baseline{{else}}on the peer{{/if}} as well: not the cause.{{else}}\
This is where the CPU goes, not what changed.{{/if}}</p>
<p><strong class="num">{{self}} cores</strong> in its own code, {{total}} with callees</p>
${showLink('hot')}
</div>{{/with}}`;

/** A list of `NextStep`s. */
const STEPS = `<ol class="next">{{#each answer.steps}}<li>{{text}}\
{{#with link}} ${away('url', '{{words}}')}{{/with}}\
{{#if command}}<br><code class="command">{{command}}</code>{{/if}}</li>{{/each}}</ol>`;

const SURE = `<h2>How sure</h2>
<p><strong>{{answer.certainty.level}}:</strong> {{answer.certainty.reason}}.</p>
{{#if evidence.length}}<ul class="tick small">{{#each evidence}}<li>{{this}}</li>{{/each}}</ul>{{/if}}
<details class="basis"><summary>What this rests on</summary><ul class="tick small">
<li>Verdict “{{answer.label}}”: {{verdictMeaning}}.</li>
{{#each answer.certainty.basis}}<li>{{this}}</li>{{/each}}
<li>Quality of the recordings: {{grade}}; {{gradeMeaning}}.</li></ul></details>`;

export const ANSWER = `
<section class="pair answer{{#if alone}} alone{{/if}}" aria-label="Verdict">
${PROGRAM}${CULPRIT}${BUSIEST}
<div class="card"><h2>What to do next</h2>
${STEPS}
${SURE}</div>
</section>`;
