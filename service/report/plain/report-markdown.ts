import type { AnswerModel, Linked } from '../answer/answer-model.ts';
import type { NextStep } from '../answer/next-steps.ts';
import type { SeenModel } from '../earlier/seen-before.ts';
import type { FindingModel } from '../finding-model.ts';
import type { ProgramModel } from '../program-model.ts';
import type { ReportModel } from '../report-model.ts';
import type { TiedModel, UnderModel } from '../tied/tied-section.ts';
import { markdownCode, markdownLink, markdownText } from './markdown.ts';

/** What is pasted into a ticket or a chat: the first screen, the findings, and where the rest is. */
export function reportMarkdown(report: ReportModel, pageUrl: string | null, seen: SeenModel | null): string {
  const { answer } = report;
  const sure = answer.saysHowSure ? `**${answer.certainty.level}.** ` : '';
  const blocks = [
    `### ${markdownText(report.where)}: ${markdownText(report.headline)}`,
    ...(report.drill === null ? [] : [`**DRILL.** ${markdownText(report.drill)}`]),
    ...(report.second === null ? [] : [markdownText(report.second)]),
    `${sure}${markdownText(report.sentence)}`,
    ...(report.under === null ? [] : [under(report.under)]),
    list([
      ...(report.culprit ? culprit(report.culprit, answer) : []),
      ...(report.program ? program(report.program, answer) : []),
      ...places(answer),
      report.drill === null
        ? `**Alarm:** ${named(answer.alarm)} since ${report.opened.text}`
        : `**Drill:** begun ${report.opened.text}`,
      `**How sure:** ${answer.certainty.level}: ${markdownText(answer.certainty.reason)}.`,
    ]),
    `**What to do next**\n\n${numbered(answer.steps.map(step))}`,
    ...section('Also burning under this alarm', list([...report.tied.map(tied), ...more(report.moreTied)])),
    ...section('Seen before', list(before(report, seen).map(markdownText))),
    ...section('Why', list([...report.evidence, ...answer.certainty.basis].map(markdownText))),
    ...section('What is missing', list(missing(report).map(markdownText))),
    ...section('Findings (cores: healthy → hot)', numbered(report.findings.map(finding))),
    `${markdownLink('The whole report', pageUrl)}, incident ${markdownCode(report.incidentId)}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function before({ earlier }: ReportModel, seen: SeenModel | null): string[] {
  const said = earlier.map(({ id, day, lines }) => `${lines.join('. ')}. See incident ${id} of ${day}.`);
  return [...(seen === null ? [] : [[seen.words, seen.releases ?? ''].join(' ').trim()]), ...said];
}

function under({ words, link, id, url }: UnderModel): string {
  const named = url === null ? ` ${markdownCode(id ?? '')}` : '';
  return `${markdownText(words)} ${markdownLink(markdownText(link), url)}${named}.`;
}

function more(count: number): string[] {
  return count > 0 ? [`${count} more.`] : [];
}

function tied({ words, link, why, id, url }: TiedModel): string {
  const address = id === null ? 'its incident was deleted' : markdownLink(markdownText(link), url);
  const told = why === null ? address : markdownText(why);
  return `${markdownText(words)}: ${told}${id === null ? '' : ` (${markdownCode(id)})`}`;
}

function culprit(row: FindingModel, answer: AnswerModel): string[] {
  const { name, package: owner, through, calledFrom, container } = row;
  const parts = [
    `${markdownCode(name)}${owner === null ? '' : ` of ${markdownCode(owner)}`}`,
    ...(row.place === null ? [] : [place(row)]),
    ...(through === null ? [] : [`through ${markdownCode(through)}`]),
    ...(calledFrom === null ? [] : [`called from ${markdownCode(calledFrom)}`]),
    ...(container === null ? [] : [`in container ${markdownCode(container)}`]),
  ];
  return [`**What:** ${parts.join(', ')}`, `**How much:** ${amount(row, answer)}, counted ${row.time}`];
}

function place({ place: path, hotLine, url }: FindingModel): string {
  const line = hotLine === null ? '' : `, hottest line ${hotLine}`;
  return `${markdownLink(markdownCode(path ?? ''), url)}${line}`;
}

function program(row: ProgramModel, answer: AnswerModel): string[] {
  return [`**What:** ${markdownCode(row.words)}`, `**How much:** ${amount(row, answer)}`];
}

function amount(
  { hot, healthy }: { readonly hot: string; readonly healthy: string },
  { baseline }: AnswerModel,
): string {
  const there = baseline === null ? 'on the healthy peer' : 'in the baseline';
  return `${hot} cores on the hot instance, ${healthy} ${there}`;
}

function places({ instance, group, peers, baseline, home }: AnswerModel): string[] {
  if (instance === null) return home === null ? [] : [`**Where:** ${markdownText(home)}`];
  const session = instance.session === null ? '' : ` (${markdownLink('open a session', instance.session)})`;
  const parts = [
    `${named(instance)}${session}${group === null ? '' : ` of ${named(group)}`}`,
    ...(peers.length === 0 ? [] : [`compared with ${peers.map(named).join(', ')}`]),
    ...(baseline === null ? [] : [`compared with ${named(baseline)}, ${markdownText(baseline.facts)}`]),
    ...(home === null ? [] : [markdownText(home)]),
  ];
  return [`**Where:** ${parts.join('; ')}`];
}

function named({ name, url }: Linked): string {
  return markdownLink(markdownCode(name), url);
}

function step({ text, link, command }: NextStep): string {
  const shown = link === null ? '' : ` ${markdownLink(markdownText(link.words), link.url)}`;
  return `${markdownText(text)}${shown}${command === null ? '' : ` ${markdownCode(command)}`}`;
}

function missing({ failures, shortcomings, issues }: ReportModel): string[] {
  return [
    ...failures.map(({ role, instanceId, message, hint }) =>
      `The ${role} instance ${instanceId}: ${message} ${hint ?? ''}`.trim(),
    ),
    ...shortcomings,
    ...issues.map(({ side, message, fix }) => `${side}: ${message} ${fix}`),
  ];
}

function finding(row: FindingModel): string {
  const where = row.place === null ? '' : `, ${markdownLink(markdownCode(row.place), row.url)}`;
  const sure = `${row.delta} ± ${row.plusMinus}, q ${markdownText(row.q)}`;
  return `${markdownCode(row.name)} ${row.healthy} → ${row.hot} (${sure})${where}`;
}

function section(title: string, body: string): string[] {
  return body === '' ? [] : [`**${title}**\n\n${body}`];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function numbered(items: readonly string[]): string {
  return items.map((item, at) => `${at + 1}. ${item}`).join('\n');
}
