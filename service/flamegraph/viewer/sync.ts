import type { Source } from './dom.ts';
import type { ViewState } from './state.ts';

/**
 * Graphs in step: how a page that embeds flame graphs (`<object type="image/svg+xml">`, an `<iframe>`; same origin) hears what a
 * person does in one of them and shows it in the others. This is the whole contract; both events go to the graph's *document*.
 *
 * - The viewer dispatches `smokejumper:view`, a bubbling `CustomEvent` whose `detail` is a whole `SharedView`, after the person
 *   changed search, zoom, selection, view or direction. Never because of a `smokejumper:show`.
 * - The page dispatches `smokejumper:show` with a `ShowRequest` as `detail`: members that are absent stay as they are. A path that
 *   the graph does not have leads to its deepest known frame. What is malformed is ignored, member by member.
 *
 * Details are plain JSON. The listener is there before the document's `load` event. What is shown can be read from attributes of
 * the root element: `data-zoom` and `data-selected` hold the function's name ('' = none), `data-search` the pattern.
 *
 * An embedded graph is as wide as its element; its root element's `height` is what it needs, in px, and changes as it is used:
 * `<object>` without a CSS height follows by itself.
 */
export interface SharedView {
  readonly v: 1;
  /** A regular expression or, where it is none, text; '' = no search. */
  readonly search: string;
  /** Keys of the functions from below the root to the frame that is zoomed; [] = everything is shown. */
  readonly path: readonly string[];
  /** Likewise of the selected frame; [] = none. */
  readonly selected: readonly string[];
  /** `calls`, `reverse`, `sandwich`. Paths are paths in this view. */
  readonly view: string;
  /** Key of the function in the middle of a sandwich; '' in other views. */
  readonly focus: string;
  /** Root on top, callees below. */
  readonly inverted: boolean;
}

export type ShowRequest = Partial<SharedView> & {
  /**
   * Shows the widest frame of a function, in the view of calls: selects it, and zooms where it is narrow. Only of a function
   * that the graph has; `file` may be a module (`libc.so.6`), `line` picks among functions of one name and file.
   */
  readonly fn?: { readonly name: string; readonly file?: string | null; readonly line?: number | null };
};

/** `name`, line feed, `place`: the same for a function in every graph. */
export function functionKey(name: string, place: string): string {
  return `${name}\n${place}`;
}

function sharedPath(value: unknown): string[] | null {
  if (!Array.isArray(value) || !value.every((key) => typeof key === 'string')) return null;
  return value.slice(0, 100000);
}

/** What of a request can be followed, as changes of the state; `fn` is left to the viewer, which knows the functions. */
export function readRequest(detail: unknown): Partial<ViewState> {
  const change: { -readonly [Name in keyof ViewState]?: ViewState[Name] } = {};
  if (typeof detail !== 'object' || detail === null) return change;
  const wanted = detail as { readonly [Name in keyof SharedView]?: unknown };
  const path = sharedPath(wanted.path);
  const selected = sharedPath(wanted.selected);
  if (typeof wanted.search === 'string') change.query = wanted.search.slice(0, 200);
  if (path !== null) change.zoom = path;
  if (selected !== null) change.selected = selected;
  if (typeof wanted.inverted === 'boolean') change.inverted = wanted.inverted;
  if (wanted.view === 'calls' || wanted.view === 'reverse') {
    change.view = wanted.view;
    change.focus = '';
  } else if (wanted.view === 'sandwich' && typeof wanted.focus === 'string') {
    change.view = 'sandwich';
    change.focus = wanted.focus;
  }
  return change;
}

/** Deeper frames than 300 are followed to there in other graphs. */
export function sharedView(state: ViewState): SharedView {
  return {
    v: 1,
    search: state.query,
    path: state.zoom.slice(0, 300),
    selected: state.selected.slice(0, 300),
    view: state.view,
    focus: state.focus,
    inverted: state.inverted,
  };
}

export const SYNC_SOURCES: readonly Source[] = [functionKey, sharedPath, readRequest, sharedView];
