/** The code of a finding, ready to print. */
import { type SourceExcerpt, type SourceLines, sourceReason } from '../../capture/source-script.ts';
import { formatPercent } from '../../shared/text/number.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { clean, cleanPath, ended } from '../clean-text.ts';
import { textDiffers } from './function-text.ts';
import type { ReportPlace, ReportSource, SourceHost } from './source-data.ts';

export interface CodeLineModel {
  readonly number: number;
  /** Without the indentation that all lines have; tabs are two blanks. */
  readonly text: string;
  /** `62 %` of the samples of the function; null for a line without any, and where lines are not counted. */
  readonly share: string | null;
  /** 0 … 100. */
  readonly bar: number;
  readonly rest: number;
  readonly marked: boolean;
}

export interface CodeModel {
  /** `/srv/app/src/weigh.ts:4`. */
  readonly place: string;
  readonly url: string | null;
  /** Where the program runs it, when that is another file than the author's. */
  readonly generated: string | null;
  /** `left-pad@1.3.0`. */
  readonly package: string | null;
  readonly lines: readonly CodeLineModel[];
  /** Whether the profile counts by line: then the marked line is the hottest one, else the function's first. */
  readonly heat: boolean;
  /** The function runs on the healthy side only, and that is whose code this is. */
  readonly healthyOnly: boolean;
  readonly differs: boolean;
  /** Why there is no code; null where there is some. */
  readonly missing: string | null;
}

export interface CodeLimits {
  /** Lines of an excerpt. */
  readonly code: number;
  readonly name: number;
  readonly text: number;
}

const NO_CODE: Omit<CodeModel, 'missing'> = {
  place: '',
  url: null,
  generated: null,
  package: null,
  lines: [],
  heat: false,
  healthyOnly: false,
  differs: false,
};

/** Null where nothing was asked, or not answered yet. */
export function codeModel(source: ReportSource, finding: number, limits: CodeLimits): CodeModel | null {
  const of = (role: SourceHost['role']) => {
    const host = source.hosts.find((one) => one.role === role);
    const place = host?.places.find((one) => one.finding === finding);
    return host && place ? { host, place } : undefined;
  };
  const [hot, healthy] = [of('hot'), of('healthy')];
  const asked = hot ?? healthy;
  if (asked === undefined || asked.host.state === 'pending') return null;
  const excerpt = excerptOf(asked.place);
  if (excerpt === null) return { ...NO_CODE, missing: whyNot(asked.host, asked.place, limits) };
  const other = hot && healthy ? excerptOf(healthy.place) : null;
  const differs =
    other !== null &&
    textDiffers(
      { excerpt, functionLine: asked.place.functionLine },
      { excerpt: other, functionLine: healthy?.place.functionLine ?? null },
    ) === true;
  return { ...excerptModel(asked.place, excerpt, limits), differs, healthyOnly: hot === undefined };
}

function excerptOf({ answer }: ReportPlace): SourceExcerpt | null {
  return answer === null || 'reason' in answer ? null : answer;
}

function whyNot({ failure }: SourceHost, { answer }: ReportPlace, limits: CodeLimits): string {
  if (failure !== null) return ended(clean(failure.message, limits.text));
  return answer !== null && 'reason' in answer ? sourceReason(answer.reason) : 'Nothing came back.';
}

function excerptModel(place: ReportPlace, excerpt: SourceExcerpt, limits: CodeLimits): CodeModel {
  const { original } = excerpt;
  const shown = original ?? excerpt;
  const at = (file: string, line: number) => `${cleanPath(pathOf(file), limits.name * 2)}:${line}`;
  const shares = sharesOf(place, excerpt);
  return {
    ...NO_CODE,
    place: at(original?.file ?? place.file, shown.line),
    url: linkOf(place),
    generated: original === null ? null : at(place.file, excerpt.line),
    package: packageOf(excerpt, limits),
    lines: lineModels(shown, shown.line, shares, limits.code),
    heat: shares.size > 0,
    missing: null,
  };
}

/** `/srv/my app/x.mjs` for `file:///srv/my%20app/x.mjs`, as ES modules are named. */
function pathOf(file: string): string {
  if (!file.startsWith('file://')) return file;
  try {
    return decodeURIComponent(file.slice('file://'.length).replace(/[?#].*$/s, ''));
  } catch {
    return file;
  }
}

/** What is stored is our own, but a link is the one text here that does something. */
export function linkOf({ url }: ReportPlace): string | null {
  return url !== null && /^https?:\/\//.test(url) ? url : null;
}

function packageOf({ package: found }: SourceExcerpt, limits: CodeLimits): string | null {
  return found === null ? null : clean(found.version ? `${found.name}@${found.version}` : found.name, limits.name);
}

/** Parts of the function's samples by line of what is shown. */
function sharesOf({ ticks }: ReportPlace, excerpt: SourceExcerpt): Map<number, number> {
  const all = ticks.reduce((sum, [, samples]) => sum + samples, 0);
  const shares = new Map<number, number>();
  // A line of which a part is shown is a whole program: that it is hot says nothing.
  if (/^…|…$/.test(excerpt.lines[excerpt.line - excerpt.first] ?? '')) return shares;
  for (const [line, samples] of ticks) {
    const shown = excerpt.original === null ? line : (excerpt.original.lineMap[line - excerpt.first] ?? 0);
    if (shown > 0) shares.set(shown, (shares.get(shown) ?? 0) + samples / all);
  }
  return shares;
}

/** The lines around the marked one: a third of them before a hot line, little before the beginning of a function. */
function lineModels(
  { first, lines }: SourceLines,
  marked: number,
  shares: ReadonlyMap<number, number>,
  most: number,
): CodeLineModel[] {
  const before = shares.size > 0 ? Math.floor(most / 3) : 1;
  const from = Math.max(0, Math.min(marked - first - before, lines.length - most));
  const texts = lines.slice(from, from + most).map((text) => visible(text.replaceAll('\t', '  ')).trimEnd());
  const common = Math.min(...texts.filter((text) => text !== '').map((text) => text.search(/\S/)));
  return texts.map((text, at) => {
    const number = first + from + at;
    const share = shares.get(number) ?? 0;
    const bar = share > 0 ? Math.max(1, Math.min(100, Math.round(share * 100))) : 0;
    return {
      number,
      text: text.slice(Number.isFinite(common) ? common : 0),
      share: share > 0 ? formatPercent(share) : null,
      bar,
      rest: 100 - bar,
      marked: number === marked,
    };
  });
}
