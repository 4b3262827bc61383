// Reads the source text around places of one program: run by the program's own node binary (16 or newer), as the
// program's user, in its mount namespace, so it can read nothing that the program could not.
//
// Arguments: LINE:COLUMN:PATH for each place, the path in base64. Lines and columns count from 1; column 0: not known.
// stdout: one line of JSON for each place, in their order; see service/capture/source-script.ts.

const fs = require('node:fs');
const path = require('node:path');
const { SourceMap } = require('node:module');
const { fileURLToPath } = require('node:url');

const SOURCE = /\.[cm]?[jt]sx?$/;
const LARGEST_SOURCE = 2 << 20;
const LARGEST_MAP = 24 << 20;
const LINES_BEFORE = 13;
// Before a place whose column is known: that is where a function begins, and what it does comes after.
const LINES_BEFORE_FUNCTION = 6;
const LINES = 40;
const LINE_LENGTH = 200;

class Refusal extends Error {}

function refuse(reason) {
  throw new Refusal(reason);
}

// A named pipe, a device or a link to something else is not read; nothing is waited for.
function readText(file, kind, largest) {
  let fd;
  try {
    if (!kind.test(fs.realpathSync(file))) refuse('NOT_SOURCE');
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
    const facts = fs.fstatSync(fd);
    if (!facts.isFile()) refuse('NOT_A_FILE');
    if (facts.size > largest) refuse('TOO_LARGE');
    return fs.readFileSync(fd, 'utf8');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error.code === 'EACCES' || error.code === 'EPERM') refuse('NOT_PERMITTED');
    refuse('NOT_FOUND');
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

function orNull(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

// Minified code has lines of megabytes: what is around the column is shown.
function shorten(line, column) {
  if (line.length <= LINE_LENGTH) return line;
  const from = Math.max(0, Math.min(column - LINE_LENGTH / 2, line.length - LINE_LENGTH));
  const shown = line.slice(from, from + LINE_LENGTH);
  return (from > 0 ? '\u2026' : '') + shown + (from + LINE_LENGTH < line.length ? '\u2026' : '');
}

function excerpt(text, line, column, before) {
  const all = text.split(/\r\n|[\n\r\u2028\u2029]/);
  if (line > all.length) refuse('NO_SUCH_LINE');
  const first = Math.max(1, Math.min(line - before, all.length - LINES + 1));
  const lines = all.slice(first - 1, first - 1 + LINES);
  return { first, lines: lines.map((one, at) => shorten(one, first + at === line ? column : 0)) };
}

function linesBefore(column) {
  return column > 0 ? LINES_BEFORE_FUNCTION : LINES_BEFORE;
}

// The map that the last sourceMappingURL of the text names: inside of it, or in a file beside it.
function readMap(file, text) {
  const at = text.lastIndexOf('sourceMappingURL=');
  if (at < 0) return null;
  const url = /^sourceMappingURL=([^\s*]+)/.exec(text.slice(at, at + LARGEST_MAP))[1];
  const inline = /^data:application\/json[^,]*;base64,/.exec(url);
  if (inline)
    return { folder: path.dirname(file), map: JSON.parse(Buffer.from(url.slice(inline[0].length), 'base64')) };
  if (/^[a-z]+:/i.test(url)) return null;
  const mapFile = path.resolve(path.dirname(file), decodeURIComponent(url));
  return { folder: path.dirname(mapFile), map: JSON.parse(readText(mapFile, /\.map$/, LARGEST_MAP)) };
}

function original(file, text, line, column, generated) {
  const found = readMap(file, text);
  if (found === null) return null;
  // Where only the line is known, the first character that is code on it.
  const lineText = text.split('\n')[line - 1] || '';
  const from = column > 0 ? column - 1 : Math.max(0, lineText.search(/\S/));
  const map = new SourceMap(found.map);
  const entry = map.findEntry(line - 1, from);
  if (typeof entry.originalSource !== 'string') return null;
  const sources = found.map.sources || [];
  const root = found.map.sourceRoot || '';
  const index = sources.findIndex((one) => one === entry.originalSource || root + one === entry.originalSource);
  const named = sources[index] === undefined ? entry.originalSource : root + sources[index];
  const source = path.resolve(found.folder, named.replace(/^(?:file|webpack):\/\/[^/]*\//, '/'));
  // webpack names its sources from the root of the project.
  const packed = /^webpack:\/\/[^/]*\/(.*)$/.exec(named);
  const content = (found.map.sourcesContent || [])[index];
  const sourceText = typeof content === 'string' ? content : readText(source, SOURCE, LARGEST_SOURCE);
  const originalLine = entry.originalLine + 1;
  return {
    file: source,
    line: originalLine,
    column: entry.originalColumn + 1,
    path: packed === null ? pathBelowRoot(source) : projectPath(packed[1]),
    lineMap: generated.lines.map((one, at) => mappedLine(map, entry.originalSource, generated.first + at, one)),
    ...excerpt(sourceText, originalLine, entry.originalColumn, linesBefore(column)),
  };
}

function projectPath(named) {
  return named.includes('node_modules/') ? null : path.posix.normalize(named);
}

// The line of the source that a generated line comes from; 0 where it comes from elsewhere.
function mappedLine(map, source, line, text) {
  const entry = map.findEntry(line - 1, Math.max(0, text.search(/\S/)));
  return entry.originalSource === source && entry.generatedLine === line - 1 ? entry.originalLine + 1 : 0;
}

function above(file, find) {
  let folder = path.dirname(file);
  for (let level = 0; level < 30; level++) {
    const found = orNull(() => find(folder));
    if (found !== null && found !== undefined) return found;
    const parent = path.dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return null;
}

function packageOf(file) {
  return above(file, (folder) => {
    const { name, version } = JSON.parse(readText(path.join(folder, 'package.json'), /\.json$/, 1 << 20));
    return typeof name === 'string' ? { name, version: typeof version === 'string' ? version : null } : null;
  });
}

function firstLine(file) {
  return readText(file, /^/, 1 << 16)
    .split('\n')[0]
    .trim();
}

function commitIn(folder) {
  const git = path.join(folder, '.git');
  const head = firstLine(path.join(git, 'HEAD'));
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head);
  if (ref === null) return head;
  const loose = orNull(() => firstLine(path.join(git, ref[1])));
  if (loose !== null) return loose;
  const packed = readText(path.join(git, 'packed-refs'), /^/, 4 << 20).split('\n');
  const line = packed.find((one) => one.endsWith(` ${ref[1]}`));
  return line === undefined ? null : line.split(' ')[0];
}

function deployOf(file) {
  const commit = above(file, commitIn);
  const revision = above(file, (folder) => firstLine(path.join(folder, 'REVISION')));
  const release = /\/releases\/([^/]+)\//.exec(file);
  return {
    commit: commit !== null && /^[0-9a-f]{40,64}$/.test(commit) ? commit : null,
    revision: revision === null || revision === '' ? null : revision.slice(0, 100),
    release: release === null ? null : release[1],
  };
}

// What is deployed as one: the checkout, what has a REVISION, the release, or the outermost package.
function rootOf(file) {
  const has = (name) => (folder) => (fs.existsSync(path.join(folder, name)) ? folder : null);
  const known = above(file, has('.git/HEAD')) || above(file, has('REVISION'));
  if (known !== null) return known;
  const release = /^.*?\/releases\/[^/]+(?=\/)/.exec(file);
  if (release !== null) return release[0];
  let outermost = null;
  above(file, (folder) => {
    outermost = has('package.json')(folder) || outermost;
    return null;
  });
  return outermost;
}

// As the code host knows the file; null for what was installed and not checked in.
function pathBelowRoot(file) {
  const root = file.includes('/node_modules/') ? null : orNull(() => rootOf(file));
  return root === null || !file.startsWith(`${root}/`) ? null : file.slice(root.length + 1);
}

function place(word) {
  const [, lineText, columnText, encoded] = /^(\d+):(\d+):([\w+/=]+)$/.exec(word);
  const [line, column] = [Number(lineText), Number(columnText)];
  const named = Buffer.from(encoded, 'base64').toString();
  const file = named.startsWith('file://') ? fileURLToPath(named) : named;
  if (!path.isAbsolute(file)) refuse('NOT_A_FILE');
  if (!SOURCE.test(file)) refuse('NOT_SOURCE');
  const text = readText(file, SOURCE, LARGEST_SOURCE);
  const real = fs.realpathSync(file);
  const generated = excerpt(text, line, Math.max(0, column - 1), linesBefore(column));
  return {
    line,
    ...generated,
    path: pathBelowRoot(real),
    original: orNull(() => original(real, text, line, column, generated)),
    package: packageOf(real),
    deploy: deployOf(real),
  };
}

for (const word of process.argv.slice(1)) {
  let answer;
  try {
    answer = place(word);
  } catch (error) {
    answer = { reason: error instanceof Refusal ? error.message : 'UNREADABLE' };
  }
  fs.writeSync(1, `${JSON.stringify(answer)}\n`);
}
