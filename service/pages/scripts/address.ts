/**
 * The address of an incident's page says which graph is in front and how the graphs are looked at, so that a link shows
 * a colleague the same: `#graph-hot`, `#graph-hot~at=1kx9f3a`. What follows `~` is the text that a graph makes of its
 * state, and only that graph knows what it means: where it is another than the one in front, its name comes first,
 * `#graph-hot~graph-differential:at=1kx9f3a`. Fragments stay in the browser.
 */
import { readSharedView, type SharedView } from '../../flamegraph/viewer/sync.ts';

export interface Address {
  /** Id of a graph's panel, or empty. */
  readonly graph: string;
  /** What a graph is to show; empty: all as at first. */
  readonly link: string;
  /** Id of the panel of the graph that made the link: the one in front unless the address says another. */
  readonly by: string;
  /** Links of older versions have whole paths, which every graph can follow; null in others. */
  readonly view: Partial<SharedView> | null;
}

/** Browsers and chats cut longer addresses. */
const LONGEST = 8000;
/** A graph shares fewer frames of a path; more were written by somebody else. */
const MOST_FRAMES = 1000;

export function readAddress(): Address {
  const [graph = '', ...rest] = location.hash.slice(1).split('~');
  const text = rest.join('~').slice(0, LONGEST);
  const [, by = graph, link = text] = /^(graph-[a-z]+):(.*)$/s.exec(text) ?? [];
  if (!/^(?:\{|%7B)/i.test(text)) return { graph, link, by, view: null };
  try {
    return { graph, link: '', by: graph, view: linkableView(JSON.parse(decodeURIComponent(text))) };
  } catch {
    return { graph, link: '', by: graph, view: null };
  }
}

/** What a graph may be told by a link: nothing else of what stands in an address reaches it. */
function linkableView(given: unknown): Partial<SharedView> {
  const members = Object.entries(readSharedView(given));
  return Object.fromEntries(members.filter(([, value]) => !Array.isArray(value) || value.length < MOST_FRAMES));
}

/** What is not given stays as it is. `step`: "back" leads to the address before. */
export function writeAddress(change: Partial<Omit<Address, 'view'>> & { readonly step?: boolean }): void {
  const { graph, link, by, step } = { ...readAddress(), step: false, ...change };
  const text = by === graph ? link : `${by}:${link}`;
  const hash = `#${graph}${link === '' || text.length > LONGEST ? '' : `~${text}`}`;
  if (hash === (location.hash || '#')) return;
  const address = hash === '#' ? location.pathname + location.search : hash;
  if (step) history.pushState(history.state, '', address);
  else history.replaceState(history.state, '', address);
}
