// Serves pages from templates on disk. FAULT: the cache is off, each request stats and reads all of them.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const folder = mkdtempSync(join(tmpdir(), 'pages-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (let i = 0; i < 240; i++) writeFileSync(join(folder, `${i}.html`), `<p>part ${i}</p>`.repeat(20));
const cache = new Map();

function loadPart(name) {
  const path = join(folder, name);
  const version = fault ? statSync(path).mtimeMs : 0;
  const known = cache.get(name);
  if (!fault && known !== undefined) return known;
  const text = readFileSync(path, 'utf8');
  cache.set(name, text);
  return `${text}<!-- ${version} -->`;
}

function renderPage(user) {
  let page = '';
  for (let i = 0; i < 240; i++) page += loadPart(`${i}.html`).replaceAll('part', user);
  return page;
}

function answer(body, response) {
  response.end(renderPage(body));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => `user${(Math.random() * 100) | 0}`,
  handler: answer,
});
