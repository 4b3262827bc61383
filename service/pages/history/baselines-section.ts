import type { Baseline } from '../../incidents/baseline/baseline.ts';
import { clean } from '../../report/clean-text.ts';
import { timeTemplate } from '../../report/time-template.ts';
import { formatPercent } from '../../shared/text/number.ts';
import { type DisplayTime, displayTime } from '../../shared/text/time.ts';

export interface BaselineModel {
  readonly at: DisplayTime;
  readonly instance: string | null;
  readonly cpu: string | null;
  /** What came of it. */
  readonly words: string;
  /** Where it is compared with another recording; null where there is none of it. */
  readonly href: string | null;
}

const NAME = 120;
const TEXT = 400;

/** What incidents of the group without a peer are compared with. */
export const BASELINES = `{{#if baselines.length}}
<section aria-labelledby="baselines"><h2 id="baselines">Baselines</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="baselines"><table class="stack" role="table">
<caption>Healthy members, recorded while nothing burnt: an incident without a peer is compared with the newest one.\
</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">When</th>\
<th role="columnheader" scope="col">Instance</th><th role="columnheader" scope="col" class="num">CPU</th>\
<th role="columnheader" scope="col">What came of it</th></tr></thead>
<tbody role="rowgroup">{{#each baselines}}<tr role="row"><th role="rowheader" scope="row">${timeTemplate('at')}</th>
<td role="cell" data-label="Instance">{{#if instance}}<code class="id">{{instance}}</code>{{else}}–{{/if}}</td>\
<td role="cell" class="num" data-label="CPU">{{#if cpu}}{{cpu}}{{else}}–{{/if}}</td>\
<td role="cell" data-label="What came of it">{{words}}{{#if href}} \
<a href="{{href}}">compare<span class="hidden-text"> the baseline of {{at.text}}</span></a>{{/if}}</td></tr>\
{{/each}}</tbody></table></div></section>{{/if}}`;

export function baselineModel(baseline: Baseline): BaselineModel {
  const { id, outcome, begunAtMs, startAtMs, instanceId, cpuPercent } = baseline;
  return {
    at: displayTime(startAtMs ?? begunAtMs),
    instance: instanceId === null ? null : clean(instanceId, NAME),
    cpu: cpuPercent === null ? null : formatPercent(cpuPercent / 100),
    words: words(baseline),
    href: outcome === 'collected' ? `/compare?a=${encodeURIComponent(`${id}/baseline`)}` : null,
  };
}

function words({ outcome, failure, launchedBy, seconds }: Baseline): string {
  if (outcome === 'pending') return 'is being recorded';
  if (outcome === 'failed') return clean(`Not recorded: ${failure?.message ?? 'nothing came back.'}`, TEXT);
  const of = launchedBy === null ? '' : `, ${clean(launchedBy, NAME)}`;
  return `recorded for ${seconds} s${of}`;
}
