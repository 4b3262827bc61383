import { earlierMail } from '../earlier/earlier-section.ts';
import { seenMail } from '../earlier/seen-before.ts';
import { sentenceTemplate } from '../sentence-template.ts';
import { codeMail, deployMail } from '../source/code-mail.ts';
import { linked } from '../source/code-section.ts';
import { tiedMail } from '../tied/tied-section.ts';

/**
 * Mail clients know tables and inline styles: no SVG, no external pictures, no grid (Gmail and Outlook drop them). What
 * the `<style>` block adds is only the dark scheme and the phone; the mail is right without it.
 */
const SANS = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";
const H2 = `margin:0 0 10px;${SANS};font-size:17px;line-height:24px;font-weight:600;color:#1f1b16`;
const P = `margin:0 0 8px;${SANS};font-size:15px;line-height:22px;color:#1f1b16`;
const SMALL = `${SANS};font-size:13px;line-height:19px;color:#5e574f`;
const TH =
  `padding:6px 8px 6px 0;${SANS};font-size:12px;line-height:16px;font-weight:600;color:#5e574f;` +
  'text-align:left;vertical-align:bottom;border-bottom:1px solid #d9d3ca';
const TD =
  `padding:8px 8px 8px 0;${SANS};font-size:14px;line-height:20px;color:#1f1b16;` +
  'text-align:left;vertical-align:top;border-bottom:1px solid #ece7df';
const NUMBER = 'text-align:right;white-space:nowrap';
const WRAP = 'word-break:break-word;overflow-wrap:anywhere';
const UNBROKEN = 'style="white-space:nowrap"';
const SECTION = 'padding:22px 24px 4px';
const TABLE =
  'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse"';
const DATA_TABLE = 'width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse"';

const TIED = tiedMail({ text: `${SANS};font-size:14px;line-height:21px;color:#1f1b16`, wrap: WRAP });
const EARLIER = earlierMail({ text: `${SANS};font-size:14px;line-height:21px;color:#1f1b16`, wrap: WRAP });
const CODE_STYLE = { mono: MONO, small: SMALL, wrap: WRAP, table: TABLE };

const barRow = (label: string, value: string, width: string, rest: string, fill: string, cls: string) => `
<tr>
<td width="64" class="soft" style="width:64px;padding:3px 8px 3px 0;${SMALL};white-space:nowrap">${label}</td>
<td style="padding:3px 0"><table ${TABLE}><tr><td width="${width}%" height="14" class="${cls}" \
style="background:${fill};border-radius:3px;font-size:1px;line-height:14px">&nbsp;</td>\
<td width="${rest}%" style="font-size:1px;line-height:14px">&nbsp;</td></tr></table></td>
<td width="96" class="ink" style="width:96px;padding:3px 0 3px 10px;${SANS};font-size:14px;line-height:20px;\
font-weight:600;color:#1f1b16;${NUMBER}">${value} cores</td>
</tr>`;

const section = (title: string, body: string) => `
<tr><td class="section" style="${SECTION}"><h2 class="ink" style="${H2}">${title}</h2>${body}</td></tr>`;

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
a{color:#a83a0a}
@media (max-width:520px){.section,.head{padding-left:16px!important;padding-right:16px!important}\
.wide{display:none!important}.outer{padding:0!important}h1{font-size:22px!important;line-height:28px!important}}
@media (prefers-color-scheme:dark){
body,.page{background:#12100e!important}\
.card{background:#1c1916!important;border-color:#ff8a4c #3a342d #3a342d!important}
.ink,h1,h2{color:#f1ece5!important}.soft{color:#b5aca0!important}.line{border-color:#3a342d!important}
.mark{background:#4a2f1f!important}.paper{background:#f7f3ee!important;border-color:#8b8176!important}\
.box{background:#26211c!important;border-color:#4a4238!important}\
.warn{background:#33260f!important;border-color:#e0a030!important}
.hotbar{background:#ff8a4c!important}.coolbar{background:#6fb1f2!important}.accent,a{color:#ff9d66!important}\
a.button{color:#1c1208!important}
.button{background:#ff8a4c!important;color:#1c1208!important}
}`;

const CULPRIT = `
{{#with culprit}}
<table ${TABLE}><tr><td class="box" style="padding:16px;background:#faf5ef;border:1px solid #e8ddcf;border-radius:8px">
<div class="accent" style="${MONO};font-size:20px;line-height:26px;font-weight:700;color:#a83a0a;${WRAP}">{{name}}</div>
<div class="ink" style="${MONO};font-size:13px;line-height:20px;color:#1f1b16;${WRAP}">\
{{#if place}}${linked('{{place}}')}\
{{#if hotLine}}, <b>hottest line {{hotLine}}</b>{{/if}}{{else}}file not known{{/if}}</div>
<div class="soft" style="padding:2px 0 10px;${SMALL};${WRAP}">\
{{#if package}}{{package}}{{else}}code of the service itself{{/if}}\
{{#if through}}, through <b>{{through}}</b>{{/if}}{{#if calledFrom}}; called from {{calledFrom}}{{/if}}\
{{#if container}}; in container {{container}}{{/if}}</div>
<table ${TABLE}>
${barRow('hot', '{{hot}}', '{{hotBar}}', '{{hotRest}}', '#c8501c', 'hotbar')}
${barRow('healthy', '{{healthy}}', '{{healthyBar}}', '{{healthyRest}}', '#2f6fb0', 'coolbar')}
</table>
<div class="soft" style="padding-top:6px;${SMALL};${WRAP}">Counted {{time}}.\
{{#if withCallees}} With everything that it calls, as wide as its frames in the flame graph: \
{{withCallees}}.{{/if}}</div>
{{#each notes}}<div class="soft" style="${SMALL};${WRAP}">{{this}}</div>{{/each}}
{{#with @root}}${deployMail(CODE_STYLE)}${codeMail(CODE_STYLE)}{{/with}}
</td></tr></table>
{{/with}}`;

const PROGRAM = `
{{#with program}}
<table ${TABLE}><tr><td class="box" style="padding:16px;background:#faf5ef;border:1px solid #e8ddcf;border-radius:8px">
<div class="accent" style="${MONO};font-size:20px;line-height:26px;font-weight:700;color:#a83a0a;${WRAP}">{{name}}</div>
<div class="soft" style="padding:2px 0 10px;${SMALL};${WRAP}">{{words}}</div>
<table ${TABLE}>
${barRow('hot', '{{hot}}', '{{hotBar}}', '{{hotRest}}', '#c8501c', 'hotbar')}
${barRow('healthy', '{{healthy}}', '{{healthyBar}}', '{{healthyRest}}', '#2f6fb0', 'coolbar')}
</table>
</td></tr></table>
{{/with}}`;

const LINK = (path: string, words: string) => `<a href="{{${path}}}" style="color:#a83a0a">${words}</a>`;

const NEXT = `
<h2 class="ink" style="${H2};margin:18px 0 6px">What to do next</h2>
<ol style="margin:0;padding:0 0 0 22px">{{#each answer.steps}}\
<li class="ink" style="${SANS};font-size:15px;line-height:22px;color:#1f1b16;padding:0 0 6px;${WRAP}">{{text}}\
{{#with link}} ${LINK('url', '{{words}}')}{{/with}}\
{{#if command}}<br><span class="soft" style="${MONO};font-size:13px;color:#5e574f">{{command}}</span>{{/if}}</li>\
{{/each}}</ol>`;

const consoleLink = (path: string) =>
  `{{#if ${path}.url}}${LINK(`${path}.url`, `{{${path}.name}}`)}{{else}}{{${path}.name}}{{/if}}`;

const PLACES = `<p class="soft" style="margin:0 0 14px;${SMALL};${WRAP}">\
{{#if answer.instance}}Hot instance ${consoleLink('answer.instance')}\
{{#if answer.instance.session}} (${LINK('answer.instance.session', 'open a session')}){{/if}}{{/if}}\
{{#if answer.group}} of ${consoleLink('answer.group')}{{/if}}\
{{#if answer.peers.length}}, healthy peer {{#each answer.peers}}{{#if @index}}, {{/if}}\
{{#if url}}${LINK('url', '{{name}}')}{{else}}{{name}}{{/if}}{{/each}}{{/if}}\
{{#if answer.baseline}}, compared with ${consoleLink('answer.baseline')}, {{answer.baseline.facts}}{{/if}}\
{{#if answer.home}}; {{answer.home}}{{/if}}; \
{{#if drill}}drill begun{{else}}alarm ${consoleLink('answer.alarm')} since{{/if}} \
{{opened.text}}</p>`;

const SURE = `
<p class="ink" style="margin:18px 0 4px;${SANS};font-size:15px;line-height:22px;color:#1f1b16;${WRAP}">\
<b>{{answer.certainty.level}}:</b> {{answer.certainty.reason}}.</p>
{{#if evidence.length}}<ul style="margin:0;padding:0 0 0 18px">{{#each evidence}}\
<li class="ink" style="${SANS};font-size:14px;line-height:21px;color:#1f1b16;${WRAP}">{{this}}</li>\
{{/each}}</ul>{{/if}}`;

const BASIS = section(
  'What this rests on',
  `<p class="soft" style="margin:0;${SMALL};${WRAP}">Verdict “{{answer.label}}”: {{verdictMeaning}}.\
{{#each answer.certainty.basis}} {{this}}{{/each}} Quality of the recordings: {{grade}}; {{gradeMeaning}}.</p>`,
);

const FINDINGS = section(
  'Findings',
  `<table ${DATA_TABLE}>
<tr><th class="soft line" scope="col" style="${TH}">Function</th>\
<th class="soft line" scope="col" style="${TH};text-align:right">Hot</th>\
<th class="soft line" scope="col" style="${TH};text-align:right">Healthy</th>\
<th class="soft line" scope="col" style="${TH};text-align:right">Difference</th>\
<th class="soft line wide" scope="col" style="${TH};text-align:right;padding-right:0">q</th></tr>
{{#each findings}}<tr>
<td class="ink line" style="${TD};${WRAP}"><b style="${MONO};font-size:13px">{{name}}</b>\
{{#if package}} <span class="soft" style="${SMALL}">{{package}}</span>{{/if}}<br>\
<span class="soft" style="${SMALL};${WRAP}">{{#if place}}{{place}}, {{/if}}{{counting}}\
{{#if through}}, through {{through}}{{/if}}</span></td>
<td class="ink line" style="${TD};${NUMBER}">{{hot}}</td><td class="ink line" style="${TD};${NUMBER}">{{healthy}}</td>
<td class="ink line" style="${TD};${NUMBER}"><b>{{delta}}</b><br>\
<span class="soft" style="${SMALL}">± {{plusMinus}}</span></td>\
<td class="ink line wide" style="${TD};${NUMBER};padding-right:0">{{q}}</td>
</tr>{{/each}}
</table>
{{#if moreFindings}}<p class="soft" style="margin:8px 0 0;${SMALL}">{{moreFindings}} more on the page.</p>{{/if}}`,
);

const TOP = section(
  'Busiest functions on the hot instance',
  `<table ${DATA_TABLE}>
<tr><th class="soft line" scope="col" style="${TH}">Function</th>\
<th class="soft line" scope="col" style="${TH};text-align:right">Own cores</th>\
<th class="soft line" scope="col" style="${TH};text-align:right;padding-right:0">With callees</th></tr>
{{#each topFunctions}}<tr><td class="ink line" style="${TD};${WRAP}"><b style="${MONO};font-size:13px">{{name}}</b>\
{{#if package}} <span class="soft" style="${SMALL}">{{package}}</span>{{/if}}\
{{#if place}}<br><span class="soft" style="${SMALL};${WRAP}">{{place}}</span>{{/if}}</td>\
<td class="ink line" style="${TD};${NUMBER}">{{self}}</td>\
<td class="ink line" style="${TD};${NUMBER};padding-right:0">{{total}}</td></tr>{{/each}}
</table>`,
);

const BANNER = (words: string) => `<table ${TABLE}><tr>\
<td class="warn" style="padding:10px 14px;background:#fdf3dd;border-left:4px solid #b7791f;border-radius:4px">\
<p class="ink" style="margin:0;${SANS};font-size:15px;line-height:22px;color:#1f1b16;${WRAP}">\
${words}</p></td></tr></table><div style="font-size:12px;line-height:12px">&nbsp;</div>`;

const MISSING = `
<tr><td class="section" style="${SECTION}"><table ${TABLE}><tr>\
<td class="warn" style="padding:12px 16px 8px;background:#fdf3dd;border-left:4px solid #b7791f;border-radius:4px">
<h2 class="ink" style="${H2}">What is missing</h2>
{{#each failures}}<p class="ink" style="${P};${WRAP}"><b>The {{role}} instance {{instanceId}}:</b> {{message}}\
{{#if hint}} <span class="soft" style="color:#5e574f">{{hint}}</span>{{/if}}</p>{{/each}}
{{#each shortcomings}}<p class="ink" style="${P};${WRAP}">{{this}}</p>{{/each}}
{{#each issues}}<p class="ink" style="${P};${WRAP}"><b>{{side}}:</b> {{message}} \
<span class="soft" style="color:#5e574f">{{fix}}</span></p>{{/each}}
</td></tr></table></td></tr>`;

/** Pictures are drawn on white: in the dark they lie on a card that is meant to be white, not on a torn-out hole. */
const picture = (list: string) => `
{{#each ${list}}}<tr><td class="section" style="${SECTION}"><h2 class="ink" style="${H2}">{{title}}</h2>\
<table ${TABLE}><tr><td class="paper" \
style="padding:8px;background:#ffffff;border:1px solid #e4ded5;border-radius:6px">\
<img src="cid:{{cid}}" alt="{{alt}}" width="576" \
style="display:block;width:100%;max-width:576px;height:auto;border:0;${SMALL}"></td></tr></table>\
<p class="soft" style="margin:6px 0 0;${SMALL}">{{caption}}</p></td></tr>{{/each}}`;

const OBTAINED = section(
  'How it was obtained',
  `{{#if obtained.rows.length}}<table ${DATA_TABLE}>
<tr><td class="line" style="${TH}">&nbsp;</td>{{#each obtained.columns}}\
<th class="soft line" scope="col" style="${TH};${WRAP}">{{role}}<br>\
<span style="font-weight:400">{{instanceId}}</span></th>{{/each}}</tr>
{{#each obtained.rows}}<tr><th class="soft line" scope="row" style="${TH};border-bottom:1px solid #ece7df;\
vertical-align:top;font-weight:400">{{label}}</th>{{#each values}}\
<td class="ink line" \
style="${TD};padding-top:5px;padding-bottom:5px;font-size:13px;line-height:18px;${WRAP}">{{this}}</td>\
{{/each}}</tr>{{/each}}
</table>{{else}}<p class="ink" style="${P}">Nothing was recorded.</p>{{/if}}
{{#each obtained.coverage}}<p class="ink" style="margin:8px 0 0;${SMALL};${WRAP}">\
<b>{{label}}:</b> {{text}}</p>{{/each}}
{{#if method.length}}<p class="soft" style="margin:8px 0 0;${SMALL};${WRAP}">\
{{#each method}}{{#if @index}} {{/if}}{{this}}{{/each}}</p>{{/if}}
{{#each obtained.warnings}}<p class="soft" style="margin:6px 0 0;${SMALL};${WRAP}">\
{{instanceId}}: {{text}}</p>{{/each}}`,
);

const MEMBERS = section(
  'Which instances, and why',
  `<table ${DATA_TABLE}>
<tr><th class="soft line" scope="col" style="${TH}">Instance</th>\
<th class="soft line" scope="col" style="${TH};text-align:right">CPU</th>\
<th class="soft line" scope="col" style="${TH};padding-right:0">Why</th></tr>
{{#each members}}<tr><td width="150" class="ink line" style="width:150px;${TD};${WRAP}"><b>{{role}}</b><br>\
<span class="soft" style="${SMALL}">{{instanceId}}</span></td>\
<td class="ink line" style="${TD};${NUMBER}">{{#if cpu}}{{cpu}}{{else}}–{{/if}}</td>\
<td class="ink line" style="${TD};padding-right:0;${WRAP}">{{reason}}</td></tr>{{/each}}
</table>{{#if moreMembers}}\
<p class="soft" style="margin:8px 0 0;${SMALL}">{{moreMembers}} more on the page.</p>{{/if}}`,
);

const ALARM = section(
  'The alarm',
  `<table ${TABLE}>{{#each alarm}}<tr>\
<td width="110" class="soft" style="width:110px;padding:3px 12px 3px 0;vertical-align:top;${SMALL}">{{label}}</td>\
<td class="ink" style="padding:3px 0;vertical-align:top;${SANS};font-size:14px;line-height:20px;color:#1f1b16;${WRAP}">\
{{value}}</td></tr>{{/each}}
<tr><td class="soft" style="padding:3px 12px 3px 0;vertical-align:top;${SMALL}">Raised</td>\
<td class="ink" style="padding:3px 0;${SANS};font-size:14px;line-height:20px;color:#1f1b16">\
{{alarmAt.text}}</td></tr></table>`,
);

const BUTTON = `
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:16px 0 0"><tr>\
<td class="button" style="background:#a83a0a;border-radius:6px">\
<a class="button" href="{{pageUrl}}" style="display:inline-block;padding:10px 18px;${SANS};font-size:15px;\
line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;border-radius:6px">Open the report</a>\
</td></tr></table>`;

export const MAIL_HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">\
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">\
<title>{{subject}}</title><style>${STYLE}</style></head>
<body class="page" style="margin:0;padding:0;background:#f3f0eb">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">\
{{#if answer.saysHowSure}}{{answer.certainty.level}}. {{/if}}{{sentence}}</div>
<table ${TABLE} class="page" bgcolor="#f3f0eb"><tr><td class="outer" align="center" style="padding:16px 8px">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" \
style="max-width:640px;background:#ffffff;border:1px solid #e4ded5;border-top:4px solid #c8501c;\
border-radius:8px;border-collapse:separate">
<tr><td class="head" style="padding:20px 24px 4px">
{{#if drill}}${BANNER('<b>DRILL.</b> {{drill}}')}{{else}}{{#if second}}${BANNER('{{second}}')}{{/if}}\
<p class="soft" style="margin:0 0 6px;${SMALL};${WRAP}"><b>{{answer.label}}</b></p>{{/if}}
<h1 class="ink" style="margin:0 0 8px;${SANS};font-size:25px;line-height:31px;font-weight:700;color:#1f1b16;${WRAP}">\
${sentenceTemplate('title', UNBROKEN)}</h1>
<p class="ink" style="margin:0 0 10px;${SANS};font-size:16px;line-height:24px;color:#1f1b16;${WRAP}">\
{{#if answer.saysHowSure}}<b>{{answer.certainty.level}}.</b> {{/if}}${sentenceTemplate('sentencePieces', UNBROKEN)}</p>
${seenMail(`margin:0 0 14px;${SANS};font-size:14px;line-height:21px;color:#1f1b16;${WRAP}`)}${TIED}
${PLACES}
${PROGRAM}${CULPRIT}
${NEXT}
${SURE}${EARLIER}
{{#if pageUrl}}${BUTTON}{{/if}}
</td></tr>
{{#if missing}}${MISSING}{{/if}}
${picture('firstPicture')}
{{#if findings.length}}${FINDINGS}{{/if}}
{{#if topFunctions.length}}${TOP}{{/if}}
${picture('furtherPictures')}
${BASIS}
${OBTAINED}
{{#if members.length}}${MEMBERS}{{/if}}
${ALARM}
<tr><td class="section soft" style="padding:22px 24px 20px;${SMALL};${WRAP}">
<b>Cores</b>: CPU seconds used per second; 1.00 is one CPU busy all the time. \
<b>±</b>: half of the 95 % confidence interval. \
<b>q</b>: the share of false alarms to expect among findings at least as certain as this one.<br>
Incident {{incidentId}}, report of {{generated.text}}.{{#if pageUrl}} <a href="{{pageUrl}}">{{pageUrl}}</a>{{/if}}
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table></body></html>
`;
