import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const MOST_COLUMNS = 120;
const MOST_LINES_OF_README = 150;

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  readonly kind: 'prose' | 'table' | 'code';
}

function kindOf(text: string): Line['kind'] {
  if (/^\s*\|/.test(text)) return 'table';
  return /^ {4}/.test(text) ? 'code' : 'prose';
}

/** Between ``` is code; so is what is indented by four, of which lists here have nothing. */
function linesOf(file: string, content: string = readFileSync(join(ROOT, file), 'utf8')): Line[] {
  let fenced = false;
  return content.split('\n').map((text, at) => {
    const fence = /^\s*```/.test(text);
    if (fence) fenced = !fenced;
    return { file, number: at + 1, text, kind: fence || fenced ? 'code' : kindOf(text) };
  });
}

const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).sort();
const lines = documents.flatMap((file) => linesOf(file));
const at = ({ file, number }: Line, what: string): string => `${file}:${number}: ${what}`;

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function anchors(file: string): Set<string> {
  const headings = linesOf(file).filter(({ kind, text }) => kind === 'prose' && /^#+ /.test(text));
  return new Set(
    headings.map(({ text }) =>
      text
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function isBroken(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchors(target).has(anchor);
}

function brokenLinks(line: Line): string[] {
  const links = [...line.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^https?:/.test(link) && isBroken(line.file, link)).map((link) => at(line, link));
}

/** Folders of the root in which documents name files. */
const ROOMS = ['service', 'sandbox', 'test', 'bench', 'bin', 'docs', 'migrations', 'remote-scripts', '.github'];
const FROM_ROOT = new RegExp(`^(?:${ROOMS.join('|').replace('.', '\\.')})/[\\w./*-]*$`);
/** Within a section about a folder: `verdict/verdict.ts`, `perf.sh`. In capitals stands what a reader replaces. */
const BY_ITS_END = /^[a-z0-9][a-z0-9./-]*\.(?:ts|mjs|sh|awk|sql)$/;
const files = globSync(`{${ROOMS.join(',')}}/**`, { cwd: ROOT });

function missingPaths(line: Line): string[] {
  const spans = [...line.text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  const missing = spans.filter((span) => {
    if (FROM_ROOT.test(span)) return globSync([span, `${span}.ts`], { cwd: ROOT }).length === 0;
    return BY_ITS_END.test(span) && !files.some((file) => file.endsWith(`/${span}`));
  });
  return missing.map((span) => at(line, span));
}

test('links between documents lead to a file and to a heading that exist', () => {
  assert.ok(documents.includes('README.md') && documents.includes('docs/architecture.md'));
  assert.deepEqual(
    lines.filter(({ kind }) => kind !== 'code').flatMap((line) => brokenLinks(line)),
    [],
  );
});

test('paths that documents name exist', () => {
  assert.deepEqual(
    lines.filter(({ kind }) => kind !== 'code').flatMap((line) => missingPaths(line)),
    [],
  );
});

test('parts of the remote script that the architecture names exist, and each part is named', () => {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const named = [...text.matchAll(/`(?:remote-scripts\/)?([a-z0-9/-]+\.(?:sh|awk|js))`/g)].map(([, name]) => name);
  const parts = globSync('**/*.*', { cwd: join(ROOT, 'remote-scripts') });
  assert.deepEqual([...new Set(named)].sort(), parts.sort());
});

test('npm scripts that documents name are in package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const missing = lines.flatMap((line) => {
    const named = [...line.text.matchAll(/npm run ([a-z:-]*[a-z:])/g)].map(([, name = '']) => name);
    // `npm run bench:…` stands for several.
    const known = (name: string): boolean =>
      name in scripts || (name.endsWith(':') && Object.keys(scripts).some((script) => script.startsWith(name)));
    return named.filter((name) => !known(name)).map((name) => at(line, name));
  });
  assert.deepEqual(missing, []);
});

test('the README is at most 150 lines long', () => {
  assert.ok(linesOf('README.md').length <= MOST_LINES_OF_README);
});

test('prose of documents is wrapped at 120 columns', () => {
  const long = lines.filter(({ kind, text }) => kind === 'prose' && [...text].length > MOST_COLUMNS);
  assert.deepEqual(
    long.map((line) => at(line, line.text)),
    [],
  );
});

test('a change in the changelog is one line', () => {
  const text = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  assert.doesNotMatch(text, /^ +\S/m);
  assert.match(text, /^## Unreleased$/m);
});

test('operations lists every environment variable of config.ts, and no other', () => {
  const config = readFileSync(join(ROOT, 'service/config.ts'), 'utf8');
  const shape = config.slice(config.indexOf('z.object({'), config.indexOf('export type Config'));
  const read = [...shape.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);
  const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const table = operations.slice(operations.indexOf('## Configuration'), operations.indexOf('## IAM'));
  const rows = table.split('\n').map((row) => /^\|([^|]*)\|/.exec(row)?.[1] ?? '');
  const listed = rows.flatMap((cell) => [...cell.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name));
  // The SDK reads this one by itself.
  const bySdk = ['AWS_ENDPOINT_URL'];
  assert.ok(read.length > 20);
  assert.deepEqual(listed.toSorted(), [...read, ...bySdk].toSorted());
});

test('operations lists every metric, and no other', () => {
  const METRIC = /\b(?:smokejumper|nodejs|process)_[a-z_]+/g;
  const sources = globSync('service/http/{health,metrics/*}.ts', { cwd: ROOT }).map((file) =>
    readFileSync(join(ROOT, file), 'utf8'),
  );
  const served = new Set(
    sources
      .flatMap((text) => [...text.matchAll(/'((?:smokejumper|nodejs|process)_[a-z_]+)'/g)])
      .map(([, name]) => name),
  );
  const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const listed = new Set(operations.match(METRIC));
  assert.deepEqual([...listed].sort(), [...served].sort());
});

test('documents name no host of a package registry and no path of a machine', () => {
  const PRIVATE =
    /registry\.|(?:^|[\s`"'(])\/(?:work|home|root|Users)\b|https?:\/\/(?:localhost|[\w.-]+\.(?:internal|local))\b/;
  assert.deepEqual(
    lines.filter(({ text }) => PRIVATE.test(text)).map((line) => at(line, line.text)),
    [],
  );
});

test('a broken link, a missing path and a wrong anchor are found', () => {
  const text =
    'See [x](nowhere.md), [y](CONTRIBUTING.md#nothing) `service/nowhere.ts` and `nowhere.sh`, not ' +
    '[z](CONTRIBUTING.md#tests).';
  const [line] = linesOf('README.md', text);
  assert.ok(line);
  assert.deepEqual(brokenLinks(line), ['README.md:1: nowhere.md', 'README.md:1: CONTRIBUTING.md#nothing']);
  assert.deepEqual(missingPaths(line), ['README.md:1: service/nowhere.ts', 'README.md:1: nowhere.sh']);
});
