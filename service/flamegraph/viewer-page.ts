/// <reference lib="dom" />
/** Everything around the graph. Embedded in the viewer's script. */
import type { FlameData } from './flame-data.ts';
import type { Viewer } from './viewer-app.ts';
import { html, type Source } from './viewer-dom.ts';
import { keyWords } from './viewer-keys.ts';
import { viewerStyle } from './viewer-style.ts';
import { findingRows, SortableTable } from './viewer-tables.ts';

export interface Page {
  readonly content: HTMLElement;
  readonly crumbs: HTMLElement;
  readonly legend: HTMLElement;
  readonly functions: SortableTable;
  readonly functionsBox: HTMLDetailsElement;
  /** Null where there are no samples to choose from. */
  readonly timeBox: HTMLDetailsElement | null;
}

function foldable(summary: string, open: boolean, ...inner: Node[]): HTMLDetailsElement {
  return html('details', { open }, html('summary', {}, summary), html('div', { class: 'scroll' }, ...inner));
}

function functionTable({ pane, go }: Viewer): SortableTable {
  const columns = pane.differential
    ? ['Function', 'own, hot', 'hot', 'healthy', 'Δ cores']
    : ['Function', 'own', '%', 'with callees', '%'];
  const unit = pane.model.cores ? 'CPU cores' : 'samples';
  const caption = `Functions in ${unit}, recursion counted once; the first hundred. A search leaves those it matches.`;
  return new SortableTable(caption, columns, pane.differential ? 1 : 0, 100, (fn) => go.showFunction(fn, 'person'));
}

export function composePage(viewer: Viewer, data: FlameData): Page {
  const { alone, pane, go } = viewer;
  const crumbs = html('ol', { class: 'crumbs' });
  const legend = html('div');
  const functions = functionTable(viewer);
  const functionsBox = foldable('Functions', alone, functions.element);
  const timeBox = data.samples === null ? null : foldable('Time, processes and threads', false);
  const below: Node[] = [];
  if (data.findings.length > 0) {
    const columns = ['Function', '#', 'hot', 'healthy', 'Δ cores', '95 %', 'q', 'change'];
    const show = (fn: number): void => go.showFunction(fn, 'person');
    const table = new SortableTable('Significant changes, in CPU cores', columns, -1, 100, show);
    table.fill(findingRows(pane));
    below.push(foldable('Findings', alone, table.element));
  }
  const keys = keyWords().map(([key, words]) => html('li', {}, html('kbd', {}, key), ` ${words}`));
  const notes = data.notes.map((note) => html('p', { class: 'small' }, note));
  below.push(
    functionsBox,
    foldable('Notes', false, ...notes),
    foldable('Keys', false, html('ul', { class: 'keys' }, ...keys)),
  );
  const subtitle = [data.subtitle, data.notes[0] ?? ''].filter((text) => text !== '').join(' · ');
  const head = [html('h1', {}, data.title || 'Flame graph'), html('p', { class: 'soft small' }, subtitle)];
  const content = html(
    'div',
    { class: alone ? 'sj alone' : 'sj' },
    html('style', {}, viewerStyle()),
    // A page that embeds the graph has a heading of its own.
    ...(alone ? head : []),
    ...(timeBox === null ? [] : [timeBox]),
    html(
      'div',
      { class: 'top' },
      viewer.controls.element,
      viewer.controls.found,
      html('nav', { 'aria-label': 'Zoomed to' }, crumbs),
    ),
    viewer.stage,
    viewer.panel.element,
    legend,
    ...below,
  );
  return { content, crumbs, legend, functions, functionsBox, timeBox };
}

export const PAGE_SOURCES: readonly Source[] = [foldable, functionTable, composePage];
