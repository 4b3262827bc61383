/* Keeps the flame graphs of a page in step, and shows in them what is chosen in a table. A graph is a document of its own: it says
   how it is looked at (`smokejumper:view`) and can be told so (`smokejumper:show`). */

import { readAddress, writeAddress } from './address.js';

/** What a click in a table shows: set when there are graphs. */
let showInGraphs;

/** `reveal` brings a graph to the front by its name. */
export function keepInStep(box, reveal) {
  const graphs = [...box.querySelectorAll('[data-graph] object')];
  const heard = new WeakSet();
  // Told to a graph that is loaded later.
  let last = readAddress().view;
  const tellAll = (detail, but) => {
    last = detail;
    for (const graph of graphs) if (graph !== but) tell(graph, detail);
  };
  const listen = (graph) => {
    const inner = graph.contentDocument;
    // Its script listens when the document has loaded, not before.
    if (inner?.readyState !== 'complete' || heard.has(inner)) return;
    heard.add(inner);
    inner.addEventListener('smokejumper:view', (event) => {
      tellAll(event.detail, graph);
      writeAddress({ view: event.detail });
    });
    if (last !== null) tell(graph, last);
  };
  for (const graph of graphs) {
    graph.addEventListener('load', () => listen(graph));
    listen(graph);
  }
  addEventListener('hashchange', () => {
    const { view } = readAddress();
    if (view !== null) tellAll(view);
  });
  showInGraphs = (link) => {
    reveal(link.dataset.graph);
    tellAll({ fn: JSON.parse(link.dataset.show) });
    leadTo(
      box,
      graphs.find((graph) => graph.closest('[data-graph]').dataset.graph === link.dataset.graph),
    );
  };
}

/** A graph may be higher than the screen: the frame that is chosen comes into sight, and the keyboard goes on from there. */
function leadTo(box, graph) {
  requestAnimationFrame(() => {
    const frame = graph?.contentDocument?.querySelector('[aria-selected="true"]');
    (frame ?? box).scrollIntoView({ block: frame ? 'center' : 'start' });
    frame?.focus({ preventScroll: true });
  });
}

/** The graph's own window makes the event, so that its script gets what it expects. */
function tell(graph, detail) {
  const inner = graph.contentDocument;
  const view = inner?.defaultView;
  if (view) inner.dispatchEvent(new view.CustomEvent('smokejumper:show', { detail: structuredClone(detail) }));
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-show]') : null;
  if (link === null || showInGraphs === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showInGraphs(link);
});
