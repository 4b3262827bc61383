/**
 * Code on the page and in the report file. The context of `CODE` and `FURTHER_CODE` is a `ReportModel`. As everywhere
 * on the pages there are no inline styles, so bars are SVG rectangles.
 */

/** What leads to the code host, where that is known. The context has `url`. */
export function linked(content: string): string {
  return `{{#if url}}<a href="{{url}}" rel="noreferrer">${content}</a>{{else}}${content}{{/if}}`;
}

const HEAT =
  '<td class="heat">{{#if share}}<svg class="bar hot" viewBox="0 0 100 8" preserveAspectRatio="none" ' +
  'aria-hidden="true"><rect class="track" width="100" height="8"/>' +
  '<rect class="fill" width="{{bar}}" height="8"/></svg>{{/if}}</td><td class="share">{{share}}</td>';

const MARKED =
  '<span class="hidden-text">, {{#if ../heat}}the hottest line{{else}}where the function begins{{/if}}</span>';

const CAPTION =
  '{{#if heat}}Each line with its share of the function’s samples.{{else}}' +
  'The marked line is where the function begins.{{/if}}';

const LEGEND =
  '{{#if heat}}Bars: share of the function’s samples.{{else}}' +
  'Marked: where the function begins. This recording does not count by line.{{/if}}';

const PLACE =
  `${linked('<code>{{place}}</code>')}{{#if package}} <span class="soft">in <code>{{package}}</code></span>{{/if}}` +
  '{{#if generated}}<span class="soft">, runs as <code>{{generated}}</code></span>{{/if}}';

/** The context is a `CodeModel`. */
const EXCERPT = `
{{#if missing}}<p class="soft small">There is no code here: {{missing}}</p>{{else}}
<p class="small">${PLACE}</p>
{{#if healthyOnly}}<p class="small">The function runs on the healthy host only; this is the code there.</p>{{/if}}
{{#if differs}}<p class="small"><strong>This function’s text differs on the healthy host.</strong></p>{{/if}}
<div class="scroll" tabindex="0" role="group" aria-label="Code of {{place}}"><table class="code">
<caption class="hidden-text">${CAPTION}</caption>
<tbody>{{#each lines}}<tr{{#if marked}} class="marked"{{/if}}><th scope="row">{{number}}{{#if marked}}${MARKED}{{/if}}\
</th>{{#if ../heat}}${HEAT}{{/if}}<td><code>{{text}}</code></td></tr>
{{/each}}</tbody></table></div>
<p class="soft small">${LEGEND}</p>{{/if}}`;

export const CODE = `
{{#with source}}<div class="card source"><h2>The code</h2>
{{#with deploy}}<p class="deploy{{#if differs}} differs{{/if}}">{{text}}</p>{{/with}}
{{#with code}}${EXCERPT}{{/with}}</div>{{/with}}`;

/** Of all findings but the first. */
export const FURTHER_CODE = `
{{#if furtherCode.length}}<section aria-labelledby="code"><h2 id="code">Code of the other findings</h2>
{{#each furtherCode}}<details class="legend source"><summary><code>{{name}}</code></summary>
{{#with code}}${EXCERPT}{{/with}}</details>{{/each}}</section>{{/if}}`;
