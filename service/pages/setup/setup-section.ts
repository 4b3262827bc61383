/** The way to the first incident, and a test that changes nothing: for the empty list, and on a page of its own. */
import { type SetupFacts, setupCommands } from './setup-commands.ts';

export interface SetupInput extends SetupFacts {
  /** Whether an alarm may be tried out from here. */
  readonly mayTry: boolean;
}

export interface SetupModel {
  readonly subscribe: readonly string[];
  readonly tag: string;
  readonly tagOne: string;
  readonly alarm: string;
  readonly test: string;
  readonly knowsTopic: boolean;
  readonly knowsAddress: boolean;
  readonly fetches: boolean;
  readonly mayTry: boolean;
  /** What stands in the fields. */
  readonly typed: Typed;
}

interface Typed {
  readonly group: string;
  readonly alarm: string;
}

export function setupModel({ mayTry, ...facts }: SetupInput, typed: Typed = { group: '', alarm: '' }): SetupModel {
  const knowsTopic = facts.topicArns.length > 0;
  const fetches = facts.queueArn !== undefined;
  const knowsAddress = fetches || facts.publicUrl !== null;
  return { ...setupCommands(facts), knowsTopic, knowsAddress, fetches, mayTry, typed };
}

const block = (name: string) => `<pre><code>{{${name}}}</code></pre>`;

/** For `setup` in the context. */
export const SETUP_STEPS = `{{#with setup}}
<ol class="setup">
<li>{{#if fetches}}<strong>Subscribe the queue of this service to the topic of your alarms.</strong> Its policy must \
let the topic send (<code>docs/operations.md</code>, “Without a public address”):
{{#each subscribe}}${block('this')}{{/each}}\
{{else}}<strong>Subscribe this service to the topic of your alarms.</strong> Where the service is configured, \
<code>smokejumper subscribe</code> does it; elsewhere:
{{#each subscribe}}${block('this')}{{/each}}\
The service checks the signature and confirms by itself; <a href="/notifications">Notifications</a> shows it.{{/if}}\
{{#unless knowsAddress}} Set <code>PUBLIC_URL</code> to the address under which SNS reaches the service.{{/unless}}\
{{#unless knowsTopic}} Name the topic in <code>SNS_TOPIC_ARNS</code>.{{/unless}}</li>
<li><strong>Tag the instances that may be profiled</strong>, where the service has the policy of \
<code>docs/operations.md</code>, which lets it send commands to no others. GROUP is the name of an Auto Scaling group; \
the first is for those that it starts from now on, the second for one that runs already:
${block('tag')}${block('tagOne')}</li>
<li><strong>Create an alarm on the CPU of the group</strong>, with the topic as ALARM and as OK action: the OK ends \
the incident.
${block('alarm')}</li>
<li><strong>Try it.</strong> <code>smokejumper doctor</code> checks permissions, topics, alarms and mail. This sets \
the alarm off, and has the hottest instance of the group profiled beside a healthy one:
${block('test')}\
CloudWatch puts the alarm back at its next look at the metric.</li>
</ol>{{/with}}`;

/** A form, so that it works without script. */
export const TRY_FORM = `{{#with setup}}{{#if mayTry}}
<form class="search" method="post" action="/setup"><div class="grow"><label for="try-group">\
Auto Scaling group</label><input id="try-group" name="group" required maxlength="255" autocomplete="off" \
value="{{typed.group}}"></div>\
<div><label for="try-alarm">Name of the alarm, where it matters</label><input id="try-alarm" name="alarm" \
maxlength="255" autocomplete="off" value="{{typed.alarm}}"></div>\
<button>What would an alarm do?</button></form>
<p class="soft small">It asks AWS who would be profiled, and says why. It changes nothing and sends no command.</p>\
{{/if}}{{/with}}`;
