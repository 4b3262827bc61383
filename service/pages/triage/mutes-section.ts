import { clean } from '../../report/clean-text.ts';
import { timeTemplate } from '../../report/time-template.ts';
import type { Mute } from '../../rules/mute.ts';
import { type DisplayTime, displayTime } from '../../shared/text/time.ts';

export interface MuteModel {
  readonly group: string;
  readonly until: DisplayTime;
  readonly by: string;
  readonly reason: string | null;
}

export function muteModel({ group, untilMs, by, reason }: Mute): MuteModel {
  return {
    group: clean(group, 100),
    until: displayTime(untilMs),
    by: clean(by, 60),
    reason: reason === null ? null : clean(reason, 200),
  };
}

const MUTE = `<strong>{{group}}</strong> until ${timeTemplate('until')} \
by {{by}}{{#if reason}}: {{reason}}{{/if}}`;

/** Who looks for an alarm that did not come must see why: for `mutes` in the context. */
export const MUTES = `
{{#if mutes.length}}<section class="note" aria-labelledby="muted"><h2 id="muted">Muted groups</h2>\
<ul>{{#each mutes}}<li>${MUTE}</li>{{/each}}</ul>\
<p class="small"><a href="/operations">Who muted and deleted what</a></p></section>{{/if}}`;
