// Files that the profile names, read and parsed once.

const fs = require('node:fs');
const module_ = require('node:module');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const { describe } = require('./functions.js');

const LARGEST_SOURCE = 2 << 20;
const ALL_SOURCES = 8 << 20;
const MOST_FILES = 60;
const SOURCE = /\.[cm]?[jt]sx?$/;

let parser;
try {
  parser = require('internal/deps/acorn/acorn/dist/acorn');
} catch {
  // Another build of Node: lines stay with the functions that V8 names.
}

const files = new Map();
let bytesRead = 0;

function toPath(named) {
  try {
    return named.startsWith('file://') ? fileURLToPath(named) : named;
  } catch {
    return '';
  }
}

function readSource(file) {
  if (!path.isAbsolute(file) || !SOURCE.test(file)) return undefined;
  let fd;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
    const facts = fs.fstatSync(fd);
    if (!facts.isFile() || facts.size > LARGEST_SOURCE || bytesRead + facts.size > ALL_SOURCES) return undefined;
    bytesRead += facts.size;
    return fs.readFileSync(fd, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

// The text as V8 compiles it, and its program.
function parse(file, text) {
  const code = /\.[cm]?tsx?$/.test(file) && module_.stripTypeScriptTypes ? module_.stripTypeScriptTypes(text) : text;
  const read = (sourceType) => {
    const comments = [];
    const program = parser.parse(code, {
      ecmaVersion: 'latest',
      allowHashBang: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
      allowSuperOutsideMethod: true,
      onComment: (_block, _text, start, end) => comments.push([start, end]),
      sourceType,
    });
    return { code, comments, program };
  };
  try {
    return read('script');
  } catch {
    return read('module');
  }
}

function loadFile(named) {
  const file = toPath(named);
  if (files.has(file)) return files.get(file);
  let loaded;
  if (files.size < MOST_FILES && parser !== undefined) {
    const text = readSource(file);
    try {
      if (text !== undefined) loaded = describe(file, parse(file, text));
    } catch {
      // Not a program, or newer than this parser.
    }
  }
  files.set(file, loaded);
  return loaded;
}

function resolveImport(from, name) {
  try {
    const resolved = module_.createRequire(from).resolve(name);
    return path.isAbsolute(resolved) ? resolved : undefined;
  } catch {
    return undefined;
  }
}

function importedFiles(found) {
  if (found.resolved === undefined) {
    const names = [...new Set(found.imports)].filter((name) => !name.startsWith('node:')).slice(0, 40);
    found.resolved = [...new Set(names.map((name) => resolveImport(found.file, name)))].filter(Boolean);
  }
  return found.resolved;
}

module.exports = { SOURCE, importedFiles, loadFile, toPath };
