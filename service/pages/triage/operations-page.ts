import type { Operation } from '../../incidents/triage/triage-store.ts';
import { clean } from '../../report/clean-text.ts';
import { compile } from '../../report/templates.ts';
import { timeTemplate } from '../../report/time-template.ts';
import type { Mute } from '../../rules/mute.ts';
import { type DisplayTime, displayTime } from '../../shared/text/time.ts';
import { incidentHref } from '../links.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';
import { MUTES, type MuteModel, muteModel } from './mutes-section.ts';

interface OperationModel {
  readonly at: DisplayTime;
  readonly who: string;
  readonly did: string;
  readonly subject: string;
  readonly href: string | null;
  readonly detail: string;
}

interface OperationsModel extends PageShellModel {
  readonly operations: readonly OperationModel[];
  readonly mutes: readonly MuteModel[];
}

const render = compile<OperationsModel>(
  pageShell(`<h1>Deletions and mutes</h1>
<p class="lead">What outlives an incident, the newest first. Names are those that people typed; nobody has verified \
them.</p>${MUTES}
{{#if operations.length}}<section aria-label="Operations"><ol class="timeline">{{#each operations}}\
<li>${timeTemplate('at')}<strong>{{who}}</strong> {{did}} \
{{#if href}}<a href="{{href}}">{{subject}}</a>{{else}}{{subject}}{{/if}}: {{detail}}</li>{{/each}}</ol></section>\
{{else}}<div class="card empty">Nobody has deleted or muted anything.</div>{{/if}}`),
);

const DID = { delete: 'deleted the incident', mute: 'muted the group', unmute: 'unmuted the group' } as const;

/** `/operations`: the log of what was deleted and muted. */
export function renderOperationsPage(input: {
  readonly operations: readonly Operation[];
  readonly mutes: readonly Mute[];
  readonly assets: PageAssets;
}): string {
  return render({
    title: 'Deletions and mutes, Smokejumper',
    assets: input.assets,
    nav: navOf(null),
    live: null,
    operations: input.operations.map(({ atMs, who, what, subject, detail }) => ({
      at: displayTime(atMs),
      who: clean(who, 60),
      did: DID[what],
      subject: clean(subject, 100),
      href: what === 'delete' ? incidentHref(subject) : null,
      detail: clean(detail, 500),
    })),
    mutes: input.mutes.map(muteModel),
  });
}
