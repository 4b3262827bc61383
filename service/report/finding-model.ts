import { COUNTING_WORDS } from '../compare/counting-words.ts';
import type { ChangeClass, Finding } from '../compare/differential.ts';
import {
  differenceOfCores,
  formatCores,
  formatInterval,
  formatMargin,
  formatPercent,
  formatProbability,
} from '../shared/text/number.ts';
import { visible } from '../shared/text/untrusted.ts';
import { clean, cleanPath } from './clean-text.ts';
import type { ReportTopFunction } from './report-data.ts';
import { type CodeModel, codeModel, linkOf } from './source/code-model.ts';
import type { ReportSource } from './source/source-data.ts';

/** How much a renderer shows; mail is bounded harder than a page. */
export interface Limits {
  readonly findings: number;
  readonly members: number;
  readonly captures: number;
  readonly lines: number;
  /** Longest name of a function, instance or package. */
  readonly name: number;
  /** Longest sentence. */
  readonly text: number;
  /** Lines of code of a finding. */
  readonly code: number;
}

/** Of the page of an incident and of the report file, which show the same. */
export const PAGE_LIMITS: Limits = {
  findings: 50,
  members: 100,
  captures: 6,
  lines: 30,
  name: 160,
  text: 1000,
  code: 40,
};

/** A finding ready to print. */
export interface FindingModel {
  readonly rank: number;
  /** JSON of the function as the flame graphs know it: what a link from the table shows there. */
  readonly show: string;
  readonly name: string;
  /** `htmlparser2@9.1.0`, or `app` code as null. */
  readonly package: string | null;
  /** `node_modules/htmlparser2/lib/Parser.js:212`. */
  readonly place: string | null;
  /** The line of it that burns, where that is known and another than that of the place. */
  readonly hotLine: string | null;
  /** The place at the code host. */
  readonly url: string | null;
  readonly code: CodeModel | null;
  readonly counting: (typeof COUNTING_WORDS)[Finding['kind']];
  /** The same in a sentence about the function. */
  readonly time: 'in its own and native code' | 'with callees';
  readonly through: string | null;
  readonly calledFrom: string | null;
  /** `web (image shop/web:41)`; null where its samples are from several, or from none. */
  readonly container: string | null;
  readonly hot: string;
  readonly healthy: string;
  readonly delta: string;
  /** `0.02 → 1.41 cores`: the width of its frames, where that is more than what it is blamed for. */
  readonly withCallees: string | null;
  readonly plusMinus: string;
  readonly interval: string;
  readonly q: string;
  readonly explains: string | null;
  readonly change: string;
  readonly more: boolean;
  /** Bars: 0…100, in scale with the longest bar of all findings shown. */
  readonly hotBar: number;
  readonly healthyBar: number;
  /** The hot bar beyond the healthy one: what is left of 100. */
  readonly hotRest: number;
  readonly healthyRest: number;
  /** The interval of the difference on one scale for all findings, 0…100. */
  readonly plot: { readonly from: number; readonly width: number; readonly at: number; readonly zero: number };
  readonly hotSamples: number;
  readonly healthySamples: number;
  readonly route: readonly string[];
  readonly notes: readonly string[];
  /** For sorting in the browser. */
  readonly raw: { readonly hot: number; readonly healthy: number; readonly delta: number; readonly q: number };
}

const CHANGE_WORDS: Readonly<Record<ChangeClass, string>> = {
  appeared: 'new on the hot instance',
  vanished: 'gone on the hot instance',
  grown: 'grown',
  shrunk: 'shrunk',
  unchanged: 'unchanged',
};

/** Longest route printed: root and culprit matter, what is between is shortened. */
const ROUTE_STEPS = 8;
const NOTES = 4;

export function findingModels(
  findings: readonly Finding[],
  limits: Limits,
  source: ReportSource | null,
): FindingModel[] {
  const shown = findings.slice(0, limits.findings);
  const longest = Math.max(0.01, ...shown.flatMap((finding) => [finding.hotCores, finding.healthyCores]));
  const low = Math.min(0, ...shown.map((finding) => finding.ci[0]));
  const high = Math.max(0.01, ...shown.map((finding) => finding.ci[1]));
  return shown.map((finding, index) => ({
    ...findingModel(finding, index + 1, { longest, low, high }, limits),
    url: source && urlOf(source, index),
    code: source && codeModel(source, index, limits),
  }));
}

/** On the hot side, if the function runs there. */
function urlOf(source: ReportSource, finding: number): string | null {
  const places = source.hosts.flatMap((host) => host.places.filter((place) => place.finding === finding));
  return places[0] === undefined ? null : linkOf(places[0]);
}

interface Scales {
  readonly longest: number;
  readonly low: number;
  readonly high: number;
}

function findingModel(
  finding: Finding,
  rank: number,
  scales: Scales,
  limits: Limits,
): Omit<FindingModel, 'url' | 'code'> {
  const hotBar = bar(finding.hotCores, scales.longest);
  const healthyBar = bar(finding.healthyCores, scales.longest);
  return {
    rank,
    show: show(finding),
    name: functionName(finding.function, limits),
    package: packageName(finding, limits),
    place: place(finding.file, finding.line, limits),
    hotLine: finding.hotLine == null || finding.hotLine === finding.line ? null : String(finding.hotLine),
    counting: COUNTING_WORDS[finding.kind],
    time: finding.kind === 'self' ? 'in its own and native code' : 'with callees',
    through: finding.through === null ? null : clean(finding.through, limits.name),
    calledFrom: finding.calledFrom === null ? null : cleanPath(finding.calledFrom, limits.name * 2),
    container: finding.container === undefined ? null : clean(finding.container, limits.name * 2),
    hot: formatCores(finding.hotCores),
    healthy: formatCores(finding.healthyCores),
    delta: differenceOfCores(finding.hotCores, finding.healthyCores),
    withCallees: withCallees(finding),
    plusMinus: formatMargin(finding.ci),
    interval: formatInterval(finding.ci),
    q: formatProbability(finding.q),
    explains: finding.explains === null ? null : formatPercent(finding.explains),
    change: CHANGE_WORDS[finding.change],
    more: finding.deltaCores > 0,
    hotBar,
    healthyBar,
    hotRest: 100 - hotBar,
    healthyRest: 100 - healthyBar,
    plot: plot(finding, scales),
    hotSamples: finding.hotSamples,
    healthySamples: finding.healthySamples,
    route: route(finding.route, limits),
    notes: finding.notes.slice(0, NOTES).map((note) => clean(note, limits.text)),
    raw: { hot: finding.hotCores, healthy: finding.healthyCores, delta: finding.deltaCores, q: finding.q },
  };
}

/** Null where it is what `hot` and `healthy` say anyhow. */
function withCallees({ withCallees: all, hotCores, healthyCores }: Finding): string | null {
  if (all === undefined) return null;
  const arrow = (hot: number, healthy: number) => `${formatCores(healthy)} → ${formatCores(hot)} cores`;
  const words = arrow(all.hotCores, all.healthyCores);
  return words === arrow(hotCores, healthyCores) ? null : words;
}

/** At least 1, so that a bar of almost nothing can still be seen. */
function bar(value: number, longest: number): number {
  return Math.max(1, Math.min(100, Math.round((value / longest) * 100)));
}

function plot(finding: Finding, { low, high }: Scales): FindingModel['plot'] {
  // 3…97 leaves room for the dot at either end.
  const x = (value: number) => Math.round((3 + (94 * (value - low)) / (high - low)) * 10) / 10;
  const from = x(finding.ci[0]);
  return { from, width: Math.round((x(finding.ci[1]) - from) * 10) / 10, at: x(finding.deltaCores), zero: x(0) };
}

function functionName(name: string, limits: Limits): string {
  return clean(name, limits.name) || '(no name)';
}

function packageName(row: { package: string | null; packageVersion?: string | null }, limits: Limits): string | null {
  if (row.package === null) return null;
  return clean(row.packageVersion ? `${row.package}@${row.packageVersion}` : row.package, limits.name);
}

function place(file: string | null, line: number | null, limits: Limits): string | null {
  if (file === null) return null;
  const path = cleanPath(file, limits.name * 2);
  return line === null ? path : `${path}:${line}`;
}

function route(names: readonly string[], limits: Limits): string[] {
  const step = (name: string) => clean(name, Math.min(40, limits.name));
  if (names.length <= ROUTE_STEPS) return names.map(step);
  const left = names.length - ROUTE_STEPS + 1;
  return [...names.slice(0, 2).map(step), `… ${left} more …`, ...names.slice(3 - ROUTE_STEPS).map(step)];
}

/** Longer names are cut in the graphs, too (`flame-data.ts`); a table of such would be megabytes. */
const SHOWN_NAME = 2000;

function show(row: { function: string; file: string | null; line: number | null }): string {
  const text = (value: string) => visible(value.slice(0, SHOWN_NAME));
  return JSON.stringify({ name: text(row.function), file: row.file === null ? null : text(row.file), line: row.line });
}

/** A busy function of the hot instance, for reports without a comparison. */
export interface TopFunctionModel {
  readonly rank: number;
  readonly show: string;
  readonly name: string;
  readonly package: string | null;
  readonly place: string | null;
  readonly self: string;
  readonly total: string;
  readonly selfBar: number;
  readonly raw: { readonly self: number; readonly total: number };
}

export function topFunctionModels(rows: readonly ReportTopFunction[], limits: Limits): TopFunctionModel[] {
  const shown = rows.slice(0, limits.findings);
  const longest = Math.max(0.01, ...shown.map((row) => row.selfCores));
  return shown.map((row, index) => ({
    rank: index + 1,
    show: show(row),
    name: functionName(row.function, limits),
    package: packageName(row, limits),
    place: place(row.file, row.line, limits),
    self: formatCores(row.selfCores),
    total: formatCores(row.totalCores),
    selfBar: bar(row.selfCores, longest),
    raw: { self: row.selfCores, total: row.totalCores },
  }));
}
