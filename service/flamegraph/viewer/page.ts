/** Everything around the graph. */
import { html } from './dom.ts';
import { keyWords } from './keys.ts';
import type { Controls } from './panes/controls.ts';
import type { Pane } from './panes/pane.ts';
import { findingRows, SortableTable } from './panes/tables.ts';
import { viewerStyle } from './style.ts';

/** What stands in the page, made before it. */
export interface PageParts {
  readonly pane: Pane;
  readonly alone: boolean;
  readonly controls: Controls;
  /** The graph with its tooltip. */
  readonly stage: HTMLElement;
  readonly panel: HTMLElement;
  readonly showFunction: (fn: number) => void;
}

export interface Page {
  readonly content: HTMLElement;
  /** Stays in sight above a file's graph. */
  readonly top: HTMLElement;
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

function functionTable({ pane, showFunction }: PageParts): SortableTable {
  const columns = pane.differential
    ? ['Function', 'Δ own', 'own, hot', 'hot', 'healthy', 'Δ cores']
    : ['Function', 'own', '%', 'with callees', '%'];
  const unit = pane.model.cores ? 'CPU cores' : pane.model.data.unit;
  const folded = pane.foldable
    ? ' While runs are folded, own is with the runtime code that a function calls, and runtime functions are left out.'
    : '';
  const counted = 'recursion counted once. A search keeps those that it matches.';
  const caption = `Top hundred functions in ${unit}, ${counted}${folded}`;
  return new SortableTable(caption, columns, 0, 100, showFunction);
}

/**
 * Beside the graph where there is room (`viewerStyle`), else below. A page around has such a table of its own: there it
 * begins folded, if it is below.
 */
function findingsBox({ alone, pane, showFunction }: PageParts): HTMLElement[] {
  if (pane.model.findings.length === 0) return [];
  const columns = ['Function', '#', 'hot', 'healthy', 'Δ cores', 'q'];
  const table = new SortableTable('Significant changes, in CPU cores', columns, -1, 100, showFunction);
  table.fill(findingRows(pane));
  return [html('div', { class: 'beside' }, foldable('Findings', alone, table.element))];
}

const TIME_WORDS = ['Time', 'Time, processes and threads'] as const;

export function composePage(parts: PageParts): Page {
  const { alone, controls, stage, panel } = parts;
  const { timeline, model } = parts.pane;
  const { data } = model;
  const crumbs = html('ol', { class: 'crumbs' });
  const legend = html('div');
  const functions = functionTable(parts);
  const functionsBox = foldable('Functions', alone, functions.element);
  const timeBox = timeline === null ? null : foldable(TIME_WORDS[timeline.threads.length > 0 ? 1 : 0], false);
  const keys = keyWords().map(([key, words]) => html('li', {}, html('kbd', {}, key), ` ${words}`));
  const notes = data.notes.map((note) => html('p', { class: 'small' }, note));
  const below = [
    ...(timeBox === null ? [] : [timeBox]),
    functionsBox,
    foldable('Notes', false, ...notes),
    foldable('Keys', false, html('ul', { class: 'keys' }, ...keys)),
  ];
  const subtitle = [data.subtitle, data.notes[0] ?? ''].filter((text) => text !== '').join(' · ');
  const head = [html('h1', {}, data.title || 'Flame graph'), html('p', { class: 'soft small' }, subtitle)];
  const way = html('nav', { 'aria-label': 'Zoomed to' }, crumbs);
  const top = html('div', { class: 'top' }, controls.element, controls.found, way);
  const content = html(
    'div',
    { class: alone ? 'sj alone' : 'sj' },
    html('style', {}, viewerStyle()),
    // A page that embeds the graph has its own heading.
    ...(alone ? head : []),
    top,
    html('div', { class: 'main' }, html('div', {}, stage, panel, legend), ...findingsBox(parts)),
    ...below,
  );
  return { content, top, crumbs, legend, functions, functionsBox, timeBox };
}
