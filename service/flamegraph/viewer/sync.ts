import type { Selection } from './model.ts';
import type { ViewState } from './state.ts';

/** Dispatched by a graph, and by the page around to it; see `SharedView`. */
export const VIEW_EVENT = 'smokejumper:view';
export const SHOW_EVENT = 'smokejumper:show';

/**
 * Synchronised graphs: how a page that embeds flame graphs (`<object type="image/svg+xml">`, an `<iframe>`; same
 * origin) hears what a person does in one of them and shows it in the others. This is the whole contract; both events
 * go to the graph's *document*.
 *
 * - The viewer dispatches `smokejumper:view`, a bubbling `CustomEvent` whose `detail` is a whole `SharedView`, after
 *   the person changed how the graph is looked at. Because of a `smokejumper:show` only where that had a `link`: the
 *   graph that it was made in knows what it means, and so the others hear of it.
 * - The page dispatches `smokejumper:show` with a `ShowRequest` as `detail`: members that are absent stay as they are.
 *   A path that the graph does not have leads to its deepest known frame. What is malformed is ignored, member by
 *   member.
 *
 * Details are plain JSON. The listener is there before the document's `load` event. What is shown can be read from
 * attributes of the root element: `data-zoom` and `data-selected` hold the function's name ('' = none), `data-search`
 * the pattern.
 *
 * An embedded graph is as wide as its element; its root element's `height` is what it needs, in px, and changes as it
 * is used: `<object>` without a CSS height follows by itself.
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
  /** Samples that are drawn, in milliseconds from the beginning of the recording; null: all. */
  readonly time: TimeRange | null;
}

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** What a graph says of itself, beside what the others follow. */
export interface ViewNews extends SharedView {
  /** The whole state in a few bytes, for an address. */
  readonly link: string;
  /** It is a step that "back" should undo; false while somebody types. */
  readonly step: boolean;
}

export type ShowRequest = Partial<SharedView> & {
  /**
   * Shows the widest frame of a function, in the view of calls: selects it, and zooms where it is narrow. Only of a
   * function that the graph has; `file` may be a module (`libc.so.6`), `line` picks among functions of one name and
   * file.
   */
  readonly fn?: { readonly name: string; readonly file?: string | null; readonly line?: number | null };
  /** As `ViewNews` has it; what it does not say is as at first. */
  readonly link?: string;
};

/** A path of anyone's making is cut here; no call tree is as deep. */
const MOST_STEPS = 100_000;

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isPath(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isRange(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to } = value as Readonly<Record<string, unknown>>;
  return (
    Number.isSafeInteger(from) && Number.isSafeInteger(to) && (from as number) >= 0 && (to as number) > (from as number)
  );
}

/**
 * What a view that others see is made of; requests and addresses may be of anyone's making, so each member has a check.
 */
const VIEW_MEMBERS: Readonly<Record<Exclude<keyof SharedView, 'v'>, (value: unknown) => boolean>> = {
  search: isText,
  path: isPath,
  selected: isPath,
  view: (value) => value === 'calls' || value === 'reverse' || value === 'sandwich',
  focus: isText,
  inverted: (value) => typeof value === 'boolean',
  time: (value) => value === null || isRange(value),
};

/** The members that are well-formed, and nothing else. */
export function readSharedView(given: unknown): Partial<SharedView> {
  if (typeof given !== 'object' || given === null) return {};
  const members = given as Readonly<Record<string, unknown>>;
  const known = Object.entries(VIEW_MEMBERS).filter(([name, fits]) => fits(members[name]));
  return Object.fromEntries(known.map(([name]) => [name, members[name]]));
}

/**
 * What of a request can be followed, as changes of the state; `fn` is left to the viewer, which knows the functions.
 */
export function readRequest(
  detail: unknown,
  selection?: Selection,
  stepsIn?: (time: TimeRange | null) => Pick<Selection, 'from' | 'to'>,
): Partial<ViewState> {
  const change: { -readonly [Name in keyof ViewState]?: ViewState[Name] } = {};
  const { search, path, selected, view, focus, inverted, time } = readSharedView(detail);
  if (search !== undefined) change.query = search.slice(0, 200);
  if (path !== undefined) change.zoom = path.slice(0, MOST_STEPS);
  if (selected !== undefined) change.selected = selected.slice(0, MOST_STEPS);
  if (inverted !== undefined) change.inverted = inverted;
  if (time !== undefined && selection !== undefined && stepsIn !== undefined) {
    const { from, to } = stepsIn(time);
    // The same object where nothing changes: another would draw the graph anew.
    if (from !== selection.from || to !== selection.to) change.selection = { ...selection, from, to };
  }
  const middle = view === 'sandwich' ? focus : '';
  if (view !== undefined && middle !== undefined) {
    change.view = view;
    change.focus = middle;
  }
  return change;
}

/** The link of a request; null: it has none. */
export function readLink(detail: unknown): string | null {
  const { link } = (detail ?? {}) as { readonly link?: unknown };
  return typeof link === 'string' ? link.slice(0, LONGEST_LINK) : null;
}

/** A search of 200 characters, percent-encoded, and all else. */
const LONGEST_LINK = 4000;

/** Deeper frames than 300 are followed to there in other graphs. */
export function sharedView(state: ViewState, time: TimeRange | null): SharedView {
  return {
    v: 1,
    search: state.query,
    path: state.zoom.slice(0, 300),
    selected: state.selected.slice(0, 300),
    view: state.view,
    focus: state.focus,
    inverted: state.inverted,
    time,
  };
}
