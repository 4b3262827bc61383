import { TRIAGE_LENGTHS } from '../../incidents/triage/triage.ts';
import { timeTemplate } from '../../report/time-template.ts';
import { MARKS } from './marks.ts';

/** A form that is a single button. */
const button = (action: string, words: string, hidden = '') =>
  `<form method="post" action="{{@root.triage.base}}/${action}">${hidden}` +
  `<button type="submit">${words}</button></form>`;

const hidden = (name: string, value: string) => `<input type="hidden" name="${name}" value="${value}">`;

/** A line of text and a button. `was`: what the page showed, so that nobody overwrites what he has not seen. */
const line = (field: {
  readonly id: string;
  readonly action: string;
  readonly name: string;
  readonly label: string;
  readonly words: string;
  readonly value?: string;
  readonly max?: number;
  readonly attributes?: string;
  readonly further?: string;
}) => `<form method="post" class="line" action="{{@root.triage.base}}/${field.action}">\
<div class="grow"><label for="${field.id}">${field.label}</label><input id="${field.id}" name="${field.name}" \
value="${field.value ?? ''}" maxlength="${field.max ?? TRIAGE_LENGTHS.line}" autocomplete="off"\
${field.attributes ?? ''}></div>${field.further ?? ''}<button type="submit">${field.words}</button></form>`;

const NAME_FORM = (label: string, words: string) =>
  line({
    id: 'who',
    action: 'name',
    name: 'who',
    label,
    words,
    value: '{{#if triage.worker.name}}{{triage.worker.name}}{{/if}}',
    max: TRIAGE_LENGTHS.name,
    attributes: ' required',
  });

const NOT_VERIFIED = 'Names are not verified: there is no sign-in, and anybody who reaches this page can type any.';

const QUICK = `<div class="quick">\
{{#if triage.acknowledged}}${button('unacknowledge', 'Take acknowledgement back')}{{else}}\
${button('acknowledge', 'Acknowledge')}{{/if}}\
{{#unless triage.isMine}}${button(
  'assign',
  'Assign to me',
  hidden('to', '{{triage.worker.name}}') + hidden('was', '{{triage.assignee}}'),
)}{{/unless}}\
{{#if triage.pinned}}${button('unpin', 'Unpin')}{{else}}${button('pin', 'Pin')}{{/if}}</div>`;

const NOTE = `<details><summary>Add a note</summary><form method="post" action="{{triage.base}}/note">\
<label for="note-text">Note, in Markdown: no HTML, no pictures</label>\
<textarea id="note-text" name="text" rows="5" maxlength="${TRIAGE_LENGTHS.note}" required></textarea>\
<button type="submit">Add the note</button></form></details>`;

const ASSIGN = line({
  id: 'assignee',
  action: 'assign',
  name: 'to',
  label: 'Assigned to (empty: nobody)',
  words: 'Assign',
  value: '{{triage.assignee}}',
  max: TRIAGE_LENGTHS.name,
  further: hidden('was', '{{triage.assignee}}'),
});

const KNOWN = `${line({
  id: 'known',
  action: 'known',
  name: 'to',
  label: 'Known: a ticket, or what it is (may be empty)',
  words: 'Mark as known',
  value: '{{#if triage.known}}{{triage.known.text}}{{/if}}',
})}{{#if triage.known}}${button('known', 'Not known any more', hidden('clear', '1'))}{{/if}}`;

const FIXED = line({
  id: 'fixed',
  action: 'fixed',
  name: 'to',
  label: 'Fixed in: a release, a commit, or words (empty: not fixed)',
  words: 'Mark as fixed',
  value: '{{triage.fixed}}',
  further: hidden('was', '{{triage.fixed}}'),
});

const LABELS = `${line({
  id: 'label',
  action: 'label',
  name: 'label',
  label: 'New label',
  words: 'Add',
  max: TRIAGE_LENGTHS.label,
  attributes: ' required',
})}{{#if triage.labels.length}}<div class="quick">{{#each triage.labels}}\
${button('unlabel', 'Remove # {{this}}', hidden('label', '{{this}}'))}{{/each}}</div>{{/if}}`;

const MUTE = `{{#if triage.group}}<details><summary>Mute the group {{triage.group}}</summary>\
{{#if triage.mute}}<p>Muted until ${timeTemplate('triage.mute.until')} by \
{{triage.mute.by}}{{#if triage.mute.reason}}: {{triage.mute.reason}}{{/if}}.</p>\
${button('unmute', 'Unmute')}{{/if}}\
<p class="soft small">Until then its alarms are noted, and nothing is captured.</p>${line({
  id: 'reason',
  action: 'mute',
  name: 'reason',
  label: 'Why (may be empty)',
  words: 'Mute',
  further:
    '<div><label for="mute-for">For</label><select id="mute-for" name="for">' +
    [
      ['30m', '30 minutes'],
      ['2h', '2 hours'],
      ['8h', '8 hours'],
      ['1d', '1 day'],
      ['7d', '7 days'],
      ['30d', '30 days'],
    ]
      .map(([value, words]) => `<option value="${value}"${value === '2h' ? ' selected' : ''}>${words}</option>`)
      .join('') +
    '</select></div>',
})}</details>{{/if}}`;

const ACTIONS = `${QUICK}${NOTE}\
<details><summary>Assign, known, fixed, labels</summary>${ASSIGN}${KNOWN}${FIXED}${LABELS}</details>${MUTE}\
{{#if triage.mayDelete}}<p class="small"><a href="{{triage.base}}/delete">Delete this incident …</a></p>{{/if}}\
<details class="identity"><summary>Changes are recorded under the name <strong>{{triage.worker.name}}</strong>\
</summary><p class="soft small">${NOT_VERIFIED}</p>${NAME_FORM('Your name', 'Change the name')}</details>`;

const NOTES = `{{#if triage.notes.length}}<ol class="notes">{{#each triage.notes}}<li id="note-{{id}}">\
<p class="soft small">{{by}}, ${timeTemplate('at')}</p><div class="markdown">{{{html}}}</div>\
{{#if @root.triage.worker}}{{#if @root.triage.worker.name}}${button(
  'close-note',
  'Settled <span class="hidden-text">: the note of {{by}}, {{at.text}}</span>',
  hidden('note', '{{id}}'),
)}{{/if}}{{/if}}</li>{{/each}}</ol>{{/if}}\
{{#if triage.closedNotes.length}}<details><summary>Settled notes: {{triage.closedNotes.length}}</summary>\
<ol class="notes">{{#each triage.closedNotes}}<li id="note-{{id}}"><p class="soft small">{{by}}, \
${timeTemplate('at')}; settled by {{closed.by}}, \
${timeTemplate('closed.at')}</p><div class="markdown">{{{html}}}</div></li>\
{{/each}}</ol></details>{{/if}}`;

/** What people do about an incident, and the forms to do it: all of them work without script. For `triage`. */
export const TRIAGE = `{{#if triage.isShown}}
<section class="triage" aria-labelledby="triage"><h2 id="triage">Working on it</h2>
{{#with triage}}${MARKS}{{#unless marks.length}}<p class="soft">Nobody has said anything about it yet.</p>{{/unless}}\
{{/with}}${NOTES}
{{#if triage.worker}}{{#if triage.worker.name}}${ACTIONS}{{else}}\
<p class="soft small">To acknowledge, assign, note, label or mute, say who you are. ${NOT_VERIFIED}</p>\
${NAME_FORM('Your name', 'Use this name')}{{/if}}{{/if}}</section>{{/if}}`;

/** The audit trail. */
export const TRAIL = `{{#if triage.changes.length}}
<section aria-labelledby="trail"><h2 id="trail">Who changed what</h2>\
<ol class="timeline">{{#each triage.changes}}<li>${timeTemplate('at')}\
<strong>{{who}}</strong> {{words}}</li>{{/each}}</ol></section>{{/if}}`;
