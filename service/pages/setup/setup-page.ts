import type { AlarmPlan } from '../../incidents/plan/plan-alarm.ts';
import { clean, ended } from '../../report/clean-text.ts';
import { compile } from '../../report/templates.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';
import { SETUP_STEPS, type SetupInput, type SetupModel, setupModel, TRY_FORM } from './setup-section.ts';

/** What was typed, and what an alarm like that would lead to: a plan, or why there is none. */
export interface TriedAlarm {
  readonly group: string;
  readonly alarm: string;
  readonly answer: { readonly plan: AlarmPlan } | { readonly fault: string };
}

interface AnswerModel {
  readonly heading: string;
  readonly fault: string | null;
  readonly decision: string | null;
  readonly hot: string | null;
  readonly peers: string | null;
  readonly missing: readonly string[];
  readonly members: readonly { readonly instanceId: string; readonly role: string; readonly reason: string }[];
  readonly more: number;
}

interface Model extends PageShellModel {
  readonly setup: SetupModel;
  readonly answer: AnswerModel | null;
}

/** Of a group with hundreds of instances the first say enough. */
const MAX_MEMBERS = 100;
const NAME = 255;

const ANSWER = `{{#with answer}}<section aria-labelledby="answer"><h2 id="answer">{{heading}}</h2>
{{#if fault}}<p class="lead">{{fault}}</p>{{/if}}\
<dl class="known">{{#if decision}}<dt>Decision</dt><dd>{{decision}}</dd>{{/if}}\
{{#if hot}}<dt>Hot instance</dt><dd>{{hot}}</dd>{{/if}}{{#if peers}}<dt>Healthy</dt><dd>{{peers}}</dd>{{/if}}\
{{#each missing}}<dt>Missing</dt><dd>{{this}}</dd>{{/each}}</dl>
{{#if members.length}}<div class="scroll" tabindex="0" role="group" aria-label="Instances of the group">\
<table class="stack" role="table"><caption>Instances of the group, and why each</caption><thead role="rowgroup">\
<tr role="row"><th role="columnheader" scope="col">Instance</th><th role="columnheader" scope="col">Role</th>\
<th role="columnheader" scope="col">Why</th></tr></thead><tbody role="rowgroup">{{#each members}}<tr role="row">\
<td role="cell" class="id">{{instanceId}}</td><td role="cell">{{role}}</td>\
<td role="cell" class="wide full">{{reason}}</td></tr>{{/each}}</tbody></table></div>\
{{#if more}}<p class="soft">And {{more}} more.</p>{{/if}}{{/if}}</section>{{/with}}`;

const render = compile<Model>(
  pageShell(`<nav class="crumbs" aria-label="Breadcrumb"><a href="/">All incidents</a></nav>
<h1>Setting up</h1>
${ANSWER}
{{#if setup.mayTry}}<section aria-labelledby="try"><h2 id="try">Try an alarm out</h2>${TRY_FORM}</section>{{/if}}
<section aria-labelledby="steps"><h2 id="steps">From an alarm to an incident</h2>
<div class="card">${SETUP_STEPS}</div></section>`),
);

/** `/setup`: how an alarm gets here, and what one would do. */
export function renderSetupPage(input: {
  readonly setup: SetupInput;
  readonly tried?: TriedAlarm;
  readonly assets: PageAssets;
}): string {
  const { setup, tried, assets } = input;
  return render({
    title: tried === undefined ? 'Setting up, Smokejumper' : 'What an alarm would do, Smokejumper',
    assets,
    nav: navOf(null),
    live: null,
    setup: setupModel(setup, tried),
    answer: tried === undefined ? null : answerModel(tried),
  });
}

function answerModel({ group, answer }: TriedAlarm): AnswerModel {
  const nothing = { decision: null, hot: null, peers: null, missing: [], members: [], more: 0 };
  const name = clean(group, NAME);
  if ('fault' in answer) {
    return { ...nothing, heading: `No plan for ${name || 'this group'}`, fault: ended(clean(answer.fault, 1000)) };
  }
  const { decision, choice } = answer.plan;
  const about = {
    ...nothing,
    heading: `An alarm of ${name} now: ${decision.outcome}`,
    fault: null,
    decision: clean(decision.reason, 500),
  };
  if (choice === null) return about;
  return {
    ...about,
    hot: choice.hot === null ? null : `${clean(choice.hot, NAME)} (${clean(choice.hotReason, 500)})`,
    peers: choice.peers.length === 0 ? null : choice.peers.map((peer) => clean(peer, NAME)).join(', '),
    missing: [choice.hot === null ? choice.hotReason : null, choice.noPeerReason].flatMap((reason) =>
      reason === null ? [] : [ended(clean(reason, 500))],
    ),
    members: choice.verdicts.slice(0, MAX_MEMBERS).map(({ instanceId, role, reason }) => ({
      instanceId: clean(instanceId, NAME),
      role,
      reason: clean(reason, 500),
    })),
    more: Math.max(0, choice.verdicts.length - MAX_MEMBERS),
  };
}
