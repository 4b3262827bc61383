import { ANSWER, BANNER, facts, LEAD } from './answer/answer-section.ts';
import { EARLIER_FILE } from './earlier/earlier-section.ts';
import { PAGE_LIMITS } from './finding-model.ts';
import { GRAPH_WORDS, type GraphName, graphWords } from './graph-words.ts';
import type { ReportData } from './report-data.ts';
import { isIncomplete, type ReportModel, reportModel } from './report-model.ts';
import { ALARM, CULPRIT_CODE, FINDINGS, LEGEND, MEMBERS, MISSING, OBTAINED, PROGRAMS } from './report-sections.ts';
import { sentenceTemplate } from './sentence-template.ts';
import { FURTHER_CODE } from './source/code-section.ts';
import type { ReportSource } from './source/source-data.ts';
import { STYLESHEET } from './style/stylesheet.ts';
import { compile } from './templates.ts';
import { TIED_FILE, UNDER_FILE } from './tied/tied-section.ts';
import { timeTemplate } from './time-template.ts';

interface FileModel {
  readonly title: string;
  readonly report: ReportModel;
  readonly missing: boolean;
  readonly graphs: readonly { name: string; title: string; caption: string; svg: string; height: number }[];
}

/**
 * A graph says how high it is (`Viewer.tellHeight`): on no screen does it scroll inside the report. Only frames of the
 * report are heard, and only a number is taken from them.
 */
const FIT_FRAMES = `addEventListener('message', ({ source, data }) => {
  const height = Number(data?.smokejumperHeight);
  if (!(height > 0 && height < 50000)) return;
  for (const frame of document.querySelectorAll('iframe')) if (frame.contentWindow === source) frame.height = height;
});`;

/**
 * Graphs stand in sandboxed frames: their scripts run, their ids do not clash, and they reach neither the report nor
 * the network. The policy of the document holds in the frames, too.
 */
const render = compile<FileModel>(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<title>{{title}}</title>
<style>${STYLESHEET}</style>
</head>
<body>
<header class="site"><div><span class="brand">Smokejumper</span><span class="soft small">report of \
${timeTemplate('report.generated')}, incident {{report.incidentId}}</span></div></header>
<main>
<header>
{{#with report}}${BANNER}${UNDER_FILE}{{/with}}\
<p class="where"><span class="pill verdict">{{report.answer.label}}</span></p>
<h1>${sentenceTemplate('report.title')}</h1>
{{#with report}}${LEAD}${facts('')}{{/with}}
</header>{{#with report}}${TIED_FILE}{{/with}}
{{#with report}}${ANSWER}${EARLIER_FILE}{{/with}}
{{#if missing}}{{#with report}}${MISSING}{{/with}}{{/if}}
{{#with report}}${CULPRIT_CODE}{{/with}}
{{#if graphs.length}}<section class="broad" aria-labelledby="graphs"><h2 id="graphs">Flame graphs</h2>
{{#each graphs}}<div class="graph" id="graph-{{name}}"><h3>{{title}}</h3><p class="soft small">{{caption}}</p>\
<iframe title="Flame graph: {{title}}" sandbox="allow-scripts" height="{{height}}" srcdoc="{{svg}}"></iframe></div>
{{/each}}</section>{{/if}}
{{#with report}}${FINDINGS}${FURTHER_CODE}${PROGRAMS}${OBTAINED}${MEMBERS}${ALARM}{{/with}}
${LEGEND}
</main>
{{#if graphs.length}}<script>${FIT_FRAMES}</script>{{/if}}
</body>
</html>
`);

/**
 * The report as one HTML file that opens from disk, for ever: no network, no other file. SVGs are texts of documents.
 */
export function renderReportFile(
  data: ReportData,
  {
    svgs,
    source = null,
  }: {
    readonly svgs: Readonly<Partial<Record<GraphName, string>>>;
    readonly source?: ReportSource | null;
  },
): string {
  const report = reportModel(data, PAGE_LIMITS, source);
  return render({
    title: `${report.where}: ${report.headline}`,
    report,
    missing: isIncomplete(report),
    graphs: GRAPH_WORDS.flatMap(([name]) => {
      const svg = svgs[name];
      if (svg === undefined) return [];
      return [{ name, ...graphWords(name, data), svg: frameDocument(svg), height: heightOf(svg) }];
    }),
  });
}

/** `srcdoc` is HTML: the XML declaration would be a bogus comment, and the body must have no margin. */
function frameDocument(svg: string): string {
  return (
    '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">' +
    `<style>body{margin:0}body>svg{display:block;width:100%}</style>${svg.replace(/^\s*<\?xml[^>]*\?>\s*/, '')}`
  );
}

/** Frames of unknown height get this many pixels; taller graphs than the most scroll. */
const HEIGHT = 480;
const MOST = 2400;
/** Controls and legend that the viewer puts around the picture: without this room they would be behind a scroll bar. */
const AROUND = 230;

function heightOf(svg: string): number {
  const start = /<svg\b[^>]{0,2000}>/.exec(svg)?.[0] ?? '';
  const height =
    /\sheight="(\d{1,6})(?:\.\d+)?(?:px)?"/.exec(start)?.[1] ??
    /\sviewBox="[\d.]+ [\d.]+ [\d.]+ ([\d]{1,6})/.exec(start)?.[1];
  return height === undefined ? HEIGHT : Math.min(MOST, Math.max(120, Number(height) + AROUND));
}
