/**
 * Synchronises the flame graphs of a page, and shows in them what is chosen in a table. A graph is a document of its
 * own: it says how it is looked at and can be told so (`SharedView`).
 */
import {
  readSharedView,
  SHOW_EVENT,
  type ShowRequest,
  VIEW_EVENT,
  type ViewNews,
} from '../../flamegraph/viewer/sync.ts';
import { readAddress, writeAddress } from './address.ts';

/** What a click in a table shows: set when there are graphs. */
let showInGraphs: ((link: HTMLElement) => void) | undefined;

/** `reveal` brings a graph to the front by its name. */
export function syncGraphs(box: HTMLElement, reveal: (name: string) => void): void {
  const graphs = [...box.querySelectorAll<HTMLObjectElement>('[data-graph] object')];
  const heard = new WeakSet<Document>();
  // Shown in a graph that is loaded later, too.
  let latest: ShowRequest | null = readAddress().view;
  const showInAll = (request: ShowRequest, except?: HTMLObjectElement): void => {
    latest = request;
    for (const graph of graphs) if (graph !== except) requestShow(graph, request);
  };
  const panelOf = (graph: HTMLObjectElement): string => graph.closest('.graph')?.id ?? '';
  const maker = (): HTMLObjectElement | undefined =>
    graphs.find((graph) => panelOf(graph) === readAddress().by) ?? graphs[0];
  const listen = (graph: HTMLObjectElement): void => {
    const inner = graph.contentDocument;
    // Its script listens when the document has loaded, not before.
    if (inner?.readyState !== 'complete' || heard.has(inner)) return;
    heard.add(inner);
    inner.addEventListener(VIEW_EVENT, (event) => {
      const { link, step, ...view } = (event as CustomEvent<ViewNews>).detail;
      showInAll(readSharedView(view), graph);
      writeAddress({ graph: readAddress().graph || panelOf(graph), by: panelOf(graph), link, step });
    });
    const { link } = readAddress();
    if (link !== '' && graph === maker()) requestShow(graph, { link });
    else if (latest !== null) requestShow(graph, latest);
  };
  for (const graph of graphs) {
    graph.addEventListener('load', () => listen(graph));
    listen(graph);
    addCopyButton(graph);
  }
  // "Back", and a link that was typed: the graph that made it knows what it means, and tells the others. Other places
  // of the page say nothing of graphs.
  addEventListener('hashchange', () => {
    const { graph, view, link } = readAddress();
    const front = maker();
    if (view !== null) showInAll(view);
    else if (front !== undefined && (graph === '' || graphs.some((one) => panelOf(one) === graph)))
      requestShow(front, { link });
  });
  showInGraphs = ({ dataset }) => {
    const name = dataset.graph ?? '';
    reveal(name);
    showInAll({ fn: JSON.parse(dataset.show ?? '') as NonNullable<ShowRequest['fn']> });
    leadTo(
      box,
      graphs.find((graph) => graph.closest<HTMLElement>('[data-graph]')?.dataset.graph === name),
    );
  };
}

/**
 * A graph may be higher than the screen: the frame that is chosen comes into sight, and the keyboard goes on from
 * there.
 */
function leadTo(box: HTMLElement, graph: HTMLObjectElement | undefined): void {
  requestAnimationFrame(() => {
    const frame = graph?.contentDocument?.querySelector<SVGElement>('[aria-selected="true"]');
    (frame ?? box).scrollIntoView({ block: frame ? 'center' : 'start' });
    frame?.focus({ preventScroll: true });
  });
}

/** The address of the page is always that of what is shown. */
function addCopyButton(graph: HTMLObjectElement): void {
  const links = graph.closest('.graph')?.querySelector('.links');
  if (!links || links.querySelector('button') !== null) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy link';
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    writeAddress({ graph: graph.closest('.graph')?.id ?? '' });
    said.textContent = (await copied(location.href)) ? 'Copied.' : 'Copy it from the address bar.';
  });
  links.append(' ', button, ' ', said);
}

/** Browsers have no clipboard for pages without TLS. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The graph's own window makes the event, so that its script gets what it expects. */
function requestShow(graph: HTMLObjectElement, request: ShowRequest): void {
  const inner = graph.contentDocument;
  const view = inner?.defaultView;
  if (view) inner.dispatchEvent(new view.CustomEvent(SHOW_EVENT, { detail: structuredClone(request) }));
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-show]') : null;
  if (link === null || showInGraphs === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showInGraphs(link);
});
