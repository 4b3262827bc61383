/* The address of an incident's page says which graph is in front and how the graphs are looked at, so that a link shows a colleague the
   same: `#graph-hot`, `#graph-hot~{"search":"parse"}`. Fragments stay in the browser. */

/** What a graph may be told by a link: nothing else of what stands in an address reaches it. */
const MEMBERS = {
  search: (value) => typeof value === 'string',
  path: isTexts,
  selected: isTexts,
  view: (value) => ['calls', 'reverse', 'sandwich'].includes(value),
  focus: (value) => typeof value === 'string',
  inverted: (value) => typeof value === 'boolean',
};
/** Browsers and chats cut longer addresses. */
const LONGEST = 8000;

function isTexts(value) {
  return Array.isArray(value) && value.length < 1000 && value.every((text) => typeof text === 'string');
}

/** `graph` is the id of a graph's panel, or empty; `view` is null where the address says nothing of it. */
export function readAddress() {
  const [graph = '', ...rest] = location.hash.slice(1).split('~');
  try {
    return { graph, view: rest.length === 0 ? null : known(JSON.parse(decodeURIComponent(rest.join('~')))) };
  } catch {
    return { graph, view: null };
  }
}

function known(given) {
  const entries = Object.entries(MEMBERS).filter(([name, fits]) => given !== null && fits(given[name]));
  return Object.fromEntries(entries.map(([name]) => [name, given[name]]));
}

/** What is not given stays as it is. */
export function writeAddress({ graph, view }) {
  const now = readAddress();
  const shown = view === undefined ? now.view : known(view);
  const text = shown === null || isPlain(shown) ? '' : `~${encodeURIComponent(JSON.stringify(shown))}`;
  const hash = `#${graph ?? now.graph}${text.length > LONGEST ? '' : text}`;
  history.replaceState(history.state, '', hash === '#' ? location.pathname + location.search : hash);
}

/** As a graph is at first: nothing searched, zoomed, chosen or turned. */
function isPlain({ search = '', path = [], selected = [], view = 'calls', inverted = false }) {
  return search === '' && path.length === 0 && selected.length === 0 && view === 'calls' && !inverted;
}
