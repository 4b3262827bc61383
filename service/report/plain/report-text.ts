import { EARLIER_TEXT } from '../earlier/earlier-section.ts';
import { SEEN_TEXT, type SeenModel } from '../earlier/seen-before.ts';
import type { ReportModel } from '../report-model.ts';
import { CODE_TEXT } from '../source/code-mail.ts';
import type { MailCodeModel } from '../source/code-mail-model.ts';
import { compileText } from '../templates.ts';
import { TIED_TEXT } from '../tied/tied-section.ts';

export interface TextModel extends ReportModel {
  readonly pageUrl: string | null;
  readonly missing: boolean;
  /** Earlier incidents with the same cause. */
  readonly seen: SeenModel | null;
  /** Of the culprit; null where code may not be shown. */
  readonly code: MailCodeModel | null;
}

/** All of a report for a reader of plain text: the other part of a mail, and what is copied into a chat. */
const TEXT = `{{#if drill}}
DRILL. {{drill}}

{{/if}}
{{#if second}}
{{second}}

{{/if}}
{{where}}: {{headline}}

{{#if answer.saysHowSure}}
{{answer.certainty.level}}. {{sentence}}
{{else}}
{{sentence}}
{{/if}}
${SEEN_TEXT}
${TIED_TEXT}
{{#with culprit}}

  {{name}}{{#if package}}  [{{package}}]{{/if}}
  {{#if place}}{{place}}{{#if hotLine}}, hottest line {{hotLine}}{{/if}}{{else}}file not known{{/if}}
  hot      {{hot}} cores
  healthy  {{healthy}} cores
  counted  {{time}}{{#if through}}, through {{through}}{{/if}}
{{#if withCallees}}
  with everything that it calls, as wide as its frames in the flame graph: {{withCallees}}
{{/if}}
{{#if calledFrom}}
  called from {{calledFrom}}
{{/if}}
{{#if container}}
  in container {{container}}
{{/if}}
{{#each notes}}
  note: {{this}}
{{/each}}
{{/with}}
{{#with program}}

  {{words}}
  hot      {{hot}} cores
  healthy  {{healthy}} cores
{{/with}}
${CODE_TEXT}

WHAT TO DO NEXT
{{#each answer.steps}}
- {{text}}{{#with link}}
  {{words}}: {{url}}{{/with}}{{#if command}}
  $ {{command}}{{/if}}
{{/each}}
{{#if pageUrl}}

Open the report: {{pageUrl}}
{{/if}}

WHERE
{{#with answer}}
{{#if instance}}
Hot instance: {{instance.name}}{{#if instance.url}}
  {{instance.url}}{{/if}}
{{/if}}
{{#each peers}}
Healthy peer: {{name}}
{{/each}}
{{#if baseline}}
Compared with: {{baseline.name}}, {{baseline.facts}}
{{/if}}
{{#if group}}
Group: {{group.name}}{{#if group.url}}
  {{group.url}}{{/if}}
{{/if}}
{{#if home}}
Region: {{home}}
{{/if}}
{{#if ../drill}}Drill: begun{{else}}Alarm: {{alarm.name}}, since{{/if}} {{../opened.text}}{{#if alarm.url}}
  {{alarm.url}}{{/if}}

HOW SURE
{{certainty.level}}: {{certainty.reason}}.
{{/with}}
{{#each evidence}}
- {{this}}
{{/each}}
Verdict "{{answer.label}}": {{verdictMeaning}}.
{{#each answer.certainty.basis}}
{{this}}
{{/each}}
Quality of the recordings: {{grade}}; {{gradeMeaning}}.
${EARLIER_TEXT}
{{#if missing}}

WHAT IS MISSING
{{#each failures}}
- The {{role}} instance {{instanceId}}: {{message}}{{#if hint}} {{hint}}{{/if}}
{{/each}}
{{#each shortcomings}}
- {{this}}
{{/each}}
{{#each issues}}
- {{side}}: {{message}} {{fix}}
{{/each}}
{{/if}}
{{#if findings.length}}

FINDINGS (cores: hot, healthy, difference)
{{#each findings}}
{{rank}}. {{name}}{{#if package}} [{{package}}]{{/if}}
   {{hot}}, {{healthy}}, {{delta}} ± {{plusMinus}}, q {{q}}; {{counting}}{{#if through}}, through {{through}}{{/if}}
{{#if place}}
   {{place}}
{{/if}}
{{/each}}
{{#if moreFindings}}
{{moreFindings}} more on the page.
{{/if}}
{{/if}}
{{#if topFunctions.length}}

BUSIEST FUNCTIONS ON THE HOT INSTANCE (own cores, with callees)
{{#each topFunctions}}
{{rank}}. {{name}}{{#if package}} [{{package}}]{{/if}}: {{self}}, {{total}}{{#if place}}; {{place}}{{/if}}
{{/each}}
{{/if}}

HOW IT WAS OBTAINED
{{#each obtained.captures}}
{{role}} {{instanceId}}
{{#each facts}}
  {{label}}: {{value}}
{{/each}}
{{else}}
Nothing was recorded.
{{/each}}
{{#each obtained.coverage}}
{{label}}: {{text}}
{{/each}}
{{#each method}}
{{this}}
{{/each}}
{{#each obtained.warnings}}
{{instanceId}}: {{text}}
{{/each}}
{{#if members.length}}

WHICH INSTANCES, AND WHY
{{#each members}}
- {{instanceId}} ({{role}}{{#if cpu}}, CPU {{cpu}}{{/if}}): {{reason}}
{{/each}}
{{#if moreMembers}}
{{moreMembers}} more on the page.
{{/if}}
{{/if}}

THE ALARM
{{#each alarm}}
{{label}}: {{value}}
{{/each}}
Raised: {{alarmAt.text}}

Cores: CPU seconds used per second; 1.00 is one CPU busy all the time. ±: half of the 95 % confidence interval.
q: the share of false alarms to expect among findings at least as certain as this one.
Incident {{incidentId}}, report of {{generated.text}}
`;

const render = compileText<TextModel>(TEXT);

/** At most one empty line in a row. */
export function reportText(model: TextModel): string {
  return `${render(model)
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
