/** Code in a mail: tables and inline styles, blanks that no client swallows. The context is the model of the mail. */
import { linked } from './code-section.ts';

/** Texts of the mail's own style sheet. */
interface MailStyle {
  readonly mono: string;
  readonly small: string;
  readonly wrap: string;
  readonly table: string;
}

/** What the hosts run: says nothing of the code itself, so it is in every mail. */
export function deployMail({ small, wrap }: MailStyle): string {
  const plain = `class="soft" style="padding-top:8px;${small};${wrap}"`;
  const loud = `class="ink" style="padding-top:8px;${small};font-size:15px;font-weight:700;color:#1f1b16;${wrap}"`;
  return `{{#with deploy}}<div {{#if differs}}${loud}{{else}}${plain}{{/if}}>{{text}}</div>{{/with}}`;
}

const row = ({ mono, wrap, table }: MailStyle) => {
  const cell = `${mono};font-size:12px;line-height:17px;vertical-align:top`;
  const marked = '{{#if marked}};background:#f7e0d2;font-weight:700{{/if}}';
  const cls = (name: string) => `class="${name}{{#if marked}} mark{{/if}}"`;
  const number = `align="right" style="padding:0 8px 0 4px;${cell};color:#5e574f;white-space:nowrap${marked}"`;
  const bar =
    `<table ${table}><tr><td width="{{bar}}%" height="10" class="hotbar" ` +
    'style="background:#c8501c;font-size:1px;line-height:10px">&nbsp;</td>' +
    '<td width="{{rest}}%" style="font-size:1px;line-height:10px">&nbsp;</td></tr></table>';
  const share = `align="right" style="padding:0 8px 0 4px;${cell};color:#5e574f;white-space:nowrap${marked}"`;
  return `<tr>
<td width="36" ${cls('soft')} ${number}>{{#if marked}}&#9656;&nbsp;{{/if}}{{number}}</td>
{{#if ../heat}}<td width="32" ${cls('soft')} style="padding:3px 0;vertical-align:top${marked}">\
{{#if share}}${bar}{{/if}}</td>
<td width="40" ${cls('soft')} ${share}>{{share}}</td>{{/if}}
<td ${cls('ink')} style="padding:0 4px 0 0;${cell};color:#1f1b16;white-space:pre-wrap;${wrap}${marked}">{{spaced}}</td>
</tr>`;
};

/** The excerpt; the context has `code`, null where it may not be mailed. */
export function codeMail(style: MailStyle): string {
  const { mono, small, wrap, table } = style;
  const words = `class="soft" style="padding-top:8px;${small};${wrap}"`;
  return `{{#with code}}{{#if missing}}<div ${words}>There is no code here: {{missing}}</div>{{else}}
<div ${words}>${linked(`<span style="${mono}">{{place}}</span>`)}{{#if package}} in {{package}}{{/if}}\
{{#if generated}}, runs as {{generated}}{{/if}}; \
{{#if heat}}shares of the function’s samples{{else}}marked: where the function begins{{/if}}</div>
{{#if healthyOnly}}<div ${words}>The function runs on the healthy host only; this is the code there.</div>{{/if}}
{{#if differs}}<div ${words}><b>This function’s text differs on the healthy host.</b></div>{{/if}}
<table ${table} class="box">\
<tr><td height="6" style="font-size:1px;line-height:6px">&nbsp;</td></tr>
{{#each lines}}${row(style)}{{/each}}</table>
{{/if}}{{/with}}`;
}

/** The same for a reader of plain text. */
export const CODE_TEXT = `
{{#with deploy}}
  {{text}}
{{/with}}
{{#with code}}
{{#if missing}}
  There is no code here: {{missing}}
{{else}}

  {{place}}{{#if package}} in {{package}}{{/if}}{{#if generated}}, runs as {{generated}}{{/if}}

{{#if url}}
  {{url}}
{{/if}}
{{#if healthyOnly}}
  The function runs on the healthy host only; this is the code there.
{{/if}}
{{#if differs}}
  This function's text differs on the healthy host.
{{/if}}
{{#each plainLines}}
{{this}}
{{/each}}
{{/if}}
{{/with}}`;
