/** Code as instances send it, for the findings of `completeReport`: made by hand, for tests, and to look at. */
import type { SourceExcerpt } from '../../service/capture/source-script.ts';
import type { ReportPlace, ReportSource, SourceHost } from '../../service/report/source/source-data.ts';

const PARSE_HTML = `
  /** Reads one document; \`end\` must be called. */
  constructor(private readonly handler: Handler) {}

  write(chunk: string): void {
    this.buffer += chunk;
    this.parseHTML();
  }

  private parseHTML(): void {
    const stack: Element[] = [];
    for (const token of tokens(this.buffer)) {
      if (token.kind === 'open') stack.push(new Element(token));
      else if (token.kind === 'close') {
        const opener = stack.findLastIndex((element) => element.name === token.name);
        if (opener >= 0) stack.splice(opener);
      }
      // Attributes are compared with those of every element that is open.
      for (const element of stack) for (const attribute of token.attributes) element.inherit(attribute);
      this.handler.ontoken?.(token, stack.length > 0 ? stack.map((element) => element.name).join(' > ') : '(document)');
    }
  }

  end(): void {
    this.parseHTML();
    this.handler.onend?.();
  }
`
  .split('\n')
  .slice(1, -1);

const DEPLOY = { commit: `4f2a9c1b7d${'0'.repeat(30)}`, revision: null, release: '20260314020000' };

/** TypeScript, compiled: the lines of the author are 40 further down than those that run. */
export const mappedExcerpt: SourceExcerpt = {
  line: 216,
  first: 199,
  lines: PARSE_HTML.map((text) => text.replace(/: \w+(\[\])?(?=[,)= ])/g, '')),
  path: null,
  original: {
    file: '/srv/app/node_modules/htmlparser2/src/Parser.ts',
    line: 256,
    column: 7,
    first: 239,
    lines: PARSE_HTML,
    path: null,
    lineMap: PARSE_HTML.map((_, at) => 239 + at),
  },
  package: { name: 'htmlparser2', version: '9.1.0' },
  deploy: DEPLOY,
};

/** Plain JavaScript of the service itself. */
const envelopeExcerpt: SourceExcerpt = {
  line: 88,
  first: 87,
  lines: [
    '// From the queue, as it came.',
    'export function decodeEnvelope(bytes) {',
    '\tconst { mail, headers } = JSON.parse(bytes.toString());',
    '\treturn { mail, headers: new Map(headers) };',
    '}',
  ],
  path: 'src/envelope.js',
  original: null,
  package: { name: 'mail-ingest', version: '4.2.0' },
  deploy: DEPLOY,
};

const parseHtmlPlace: ReportPlace = {
  finding: 0,
  pid: 2211,
  file: '/srv/app/node_modules/htmlparser2/lib/Parser.js',
  line: 216,
  column: null,
  functionLine: 207,
  ticks: [
    [216, 801],
    [212, 190],
    [217, 120],
    [211, 15],
  ],
  url: null,
  answer: { ...mappedExcerpt, line: 216, original: mappedExcerpt.original && { ...mappedExcerpt.original, line: 256 } },
};

const envelopePlace: ReportPlace = {
  ...parseHtmlPlace,
  finding: 1,
  file: '/srv/app/src/envelope.js',
  line: 88,
  column: 31,
  functionLine: 88,
  ticks: [],
  url: 'https://git.example.com/mail/blob/4f2a9c1b7d/src/envelope.js#L88',
  answer: envelopeExcerpt,
};

export const hotSource: SourceHost = {
  role: 'hot',
  instanceId: 'i-0abc1f52e8d7793aa',
  captureId: 'c-01',
  state: 'answered',
  failure: null,
  places: [parseHtmlPlace, envelopePlace],
};

const olderDeploy = { ...DEPLOY, commit: `b7713e0d52${'0'.repeat(30)}` };
const olderText = mappedExcerpt.original?.lines.filter((text) => !text.includes('every element')) ?? [];

export const healthySource: SourceHost = {
  ...hotSource,
  role: 'healthy',
  instanceId: 'i-0def44b10c3a92e51',
  captureId: 'c-02',
  places: [
    {
      ...parseHtmlPlace,
      pid: 1877,
      answer: {
        ...mappedExcerpt,
        line: 216,
        original: mappedExcerpt.original && { ...mappedExcerpt.original, line: 256, lines: olderText },
        deploy: olderDeploy,
      },
    },
    { ...envelopePlace, pid: 1877, answer: { ...envelopeExcerpt, deploy: olderDeploy } },
  ],
};

/** Both hosts answered; they run other commits. */
export const completeSource: ReportSource = { version: 1, hosts: [hotSource, healthySource] };

/** Every text of question and answer is `text`. */
export function hostileSource(text: string): ReportSource {
  const lines = Array.from({ length: 40 }, () => text.slice(0, 202));
  const original = {
    file: text,
    line: 3,
    column: 1,
    path: text,
    lineMap: lines.map((_, at) => at + 1),
    first: 1,
    lines,
  };
  const answerOf = (commit: string): SourceExcerpt => ({
    line: 3,
    first: 1,
    lines,
    path: text,
    original,
    package: { name: text, version: text },
    deploy: { commit, revision: text, release: text },
  });
  const hostOf = (host: SourceHost, commit: string): SourceHost => {
    const place = { ...parseHtmlPlace, file: text, ticks: [[3, 5]] as const, url: text, answer: answerOf(commit) };
    return { ...host, instanceId: text, captureId: text, places: [place, { ...place, finding: 1 }] };
  };
  return { version: 1, hosts: [hostOf(hotSource, text), hostOf(healthySource, `${text}!`)] };
}
