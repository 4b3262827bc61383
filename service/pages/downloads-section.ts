import { clean } from '../report/clean-text.ts';
import { GRAPH_WORDS } from '../report/graph-words.ts';
import { type Recording, recordings } from '../report/recordings.ts';
import type { ReportData, ReportFile } from '../report/report-data.ts';
import { formatBytes } from '../shared/text/number.ts';
import { comparedHref, EXPORTS, exportHref, fileHref, incidentHref, plainReportHref, speedscopeHref } from './links.ts';

interface DownloadLink {
  readonly href: string;
  readonly words: string;
  /** Empty where the file is made when somebody asks. */
  readonly size: string;
  /** False for what a browser shows. */
  readonly save: boolean;
}

/** One thing in all the forms in which it can be taken away. */
export interface DownloadModel {
  readonly title: string;
  readonly about: string;
  readonly links: readonly DownloadLink[];
  readonly speedscope: string | null;
  /** Where another recording is chosen to be compared with this one. */
  readonly compare: string | null;
}

/** What the page makes of the incident by itself; everything else that is kept is listed by its name. */
const INTERNAL = new Set(['mail.json']);

export function downloadModels(id: string, report: ReportData | null, files: readonly ReportFile[]): DownloadModel[] {
  const left = new Map(files.map((file) => [file.name, file]));
  const take = (name: string, words: string, save: boolean): DownloadLink[] => {
    const file = left.get(name);
    left.delete(name);
    return file ? [{ href: fileHref(id, name), words, size: sizeOf(file), save }] : [];
  };
  const graph = (name: string) => [
    ...take(`${name}.svg`, 'SVG', true),
    ...take(`${name}.png`, 'PNG', true),
    ...take(`${name}.json`, 'JSON', true),
  ];
  const list: DownloadModel[] = [
    {
      title: 'Whole report',
      about: 'As a single file that opens anywhere, as it was mailed, as text to paste, and as JSON for programs.',
      links: [
        ...take('report.html', 'HTML', false),
        ...take('mail.eml', 'Mail', true),
        ...(report ? [plain(id, 'md', 'Markdown'), plain(id, 'txt', 'Text')] : []),
        ...(report ? [{ href: `/api/v1${incidentHref(id)}`, words: 'JSON', size: '', save: false }] : []),
      ],
      speedscope: null,
      compare: null,
    },
    {
      title: GRAPH_WORDS[0][1],
      about: 'The differential flame graph, and the comparison as JSON for programs.',
      links: graph('differential'),
      speedscope: null,
      compare: null,
    },
    ...(report ? recordings(report) : []).map((recording) => {
      const capture = left.get(`${recording.captureId}.capture.gz`);
      left.delete(`${recording.captureId}.capture.gz`);
      return recordingModel(id, recording, graph(recording.name), capture);
    }),
    {
      title: 'Other files',
      about: 'What else is kept for this incident.',
      links: [...left.keys()]
        .filter((name) => !INTERNAL.has(name))
        .flatMap((name) => take(name, clean(name, 100), true)),
      speedscope: null,
      compare: null,
    },
  ];
  return list.filter(({ links }) => links.length > 0);
}

function plain(id: string, form: 'md' | 'txt', words: string): DownloadLink {
  return { href: plainReportHref(id, form), words, size: '', save: false };
}

function sizeOf({ bytes }: ReportFile): string {
  return bytes === null ? '' : formatBytes(bytes);
}

function recordingModel(
  id: string,
  recording: Recording,
  graph: readonly DownloadLink[],
  capture: ReportFile | undefined,
): DownloadModel {
  // Without the capture there is nothing to convert.
  const exports = capture === undefined ? [] : EXPORTS;
  return {
    title: recording.title,
    about: clean(recording.instanceId, 100),
    links: [
      ...graph,
      ...exports.map(({ ending, words, format }) => ({
        href: exportHref(id, recording.name, ending),
        words,
        size: format === 'capture' && capture ? sizeOf(capture) : '',
        save: true,
      })),
    ],
    speedscope: capture === undefined ? null : speedscopeHref(id, recording),
    compare: capture === undefined ? null : compareHref(id, recording.name),
  };
}

/** What burns is held against something, and what is healthy is what something is held against. */
function compareHref(id: string, name: string): string {
  const reference = `${id}/${name}`;
  return comparedHref(name === 'hot' ? { b: reference } : { a: reference });
}

export const DOWNLOADS = `
{{#if downloads.length}}<section aria-labelledby="files"><h2 id="files">Downloads</h2><ul class="downloads">
{{#each downloads}}<li><h3>{{title}}</h3><p class="soft small">{{about}}</p>\
<p class="forms">{{#each links}}<a href="{{href}}"{{#if save}} download{{/if}}>{{words}}\
<span class="hidden-text">: {{../title}}</span>{{#if size}} \
<span class="soft small">{{size}}</span>{{/if}}</a>{{/each}}</p>{{#if speedscope}}\
<p class="small"><a href="{{speedscope}}">Open in speedscope\
<span class="hidden-text">: {{title}}</span></a><br>\
<a href="{{compare}}">Compare with another recording<span class="hidden-text">: {{title}}</span></a></p>{{/if}}</li>
{{/each}}</ul></section>{{/if}}`;
