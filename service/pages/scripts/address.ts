/**
 * The address of an incident's page says which graph is in front and how the graphs are looked at, so that a link shows
 * a colleague the same: `#graph-hot`, `#graph-hot~{"search":"parse"}`. Fragments stay in the browser.
 */
import { readSharedView, type SharedView } from '../../flamegraph/viewer/sync.ts';

export interface Address {
  /** Id of a graph's panel, or empty. */
  readonly graph: string;
  /** Null where the address says nothing of it. */
  readonly view: Partial<SharedView> | null;
}

/** Browsers and chats cut longer addresses. */
const LONGEST = 8000;
/** A graph shares fewer frames of a path; more were written by somebody else. */
const MOST_FRAMES = 1000;

export function readAddress(): Address {
  const [graph = '', ...rest] = location.hash.slice(1).split('~');
  try {
    return { graph, view: rest.length === 0 ? null : linkableView(JSON.parse(decodeURIComponent(rest.join('~')))) };
  } catch {
    return { graph, view: null };
  }
}

/** What a graph may be told by a link: nothing else of what stands in an address reaches it. */
function linkableView(given: unknown): Partial<SharedView> {
  const members = Object.entries(readSharedView(given));
  return Object.fromEntries(members.filter(([, value]) => !Array.isArray(value) || value.length < MOST_FRAMES));
}

/** What is not given stays as it is. */
export function writeAddress({ graph, view }: Partial<Address>): void {
  const now = readAddress();
  const shown = view === undefined ? now.view : linkableView(view);
  const text = shown === null || isPlain(shown) ? '' : `~${encodeURIComponent(JSON.stringify(shown))}`;
  const hash = `#${graph ?? now.graph}${text.length > LONGEST ? '' : text}`;
  history.replaceState(history.state, '', hash === '#' ? location.pathname + location.search : hash);
}

/** As a graph is at first: nothing searched, zoomed, chosen or turned. */
function isPlain(view: Partial<SharedView>): boolean {
  const { search = '', path = [], selected = [], view: kind = 'calls', inverted = false } = view;
  return search === '' && path.length === 0 && selected.length === 0 && kind === 'calls' && !inverted;
}
