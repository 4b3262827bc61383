/** How a graph is looked at, and its text in the address. */
import { hashText } from '../picture/palette.ts';
import type { Selection } from './model.ts';

export interface ViewState {
  /** `calls`, `reverse`, `sandwich`. */
  readonly view: string;
  /** Key of the sandwich's function; '' in other views. */
  readonly focus: string;
  /** Keys of functions from below the root to the zoomed frame. */
  readonly zoom: readonly string[];
  readonly selected: readonly string[];
  readonly query: string;
  /** `change` (differentials only), `category`, `package`, `tier`. */
  readonly colour: string;
  /** `hot`, `healthy`, `both`, `excess`. */
  readonly width: string;
  /** `code`, `total`, `self`: which change a differential shows (`Pane.delta`). */
  readonly change: string;
  /** `mine`: runs of runtime frames are folded, and what only narrow stacks reach is cut; `all`. */
  readonly frames: string;
  /** Hashes of the paths to runs that are open. */
  readonly open: readonly number[];
  readonly inverted: boolean;
  readonly selection: Selection;
}

/** A frame in an address: the hash of its path or, in older ones, of each function on it. */
export type LinkedPath = number | readonly number[];

/** What the address holds. */
export interface LinkedState extends Omit<ViewState, 'focus' | 'zoom' | 'selected'> {
  /** Hash of the key of the sandwich's function; 0 = none. */
  readonly focus: number;
  readonly zoom: LinkedPath;
  readonly selected: LinkedPath;
}

export function defaultState(differential: boolean): ViewState {
  return {
    view: 'calls',
    focus: '',
    zoom: [],
    selected: [],
    query: '',
    colour: differential ? 'change' : 'category',
    width: 'hot',
    change: 'code',
    frames: 'mine',
    open: [],
    inverted: false,
    selection: { from: -1, to: -1, process: -1, thread: -1 },
  };
}

/** Runs that one address keeps open. */
const MOST_OPEN = 20;

function hash(value: number): string {
  return value.toString(36);
}

/** Lengths come from an address that anyone may write: at most 100,000 steps. */
function parsePath(text: string): number[] {
  const path: number[] = [];
  if (!/^[0-9a-z]+(\*[0-9a-z]+)?(\.[0-9a-z]+(\*[0-9a-z]+)?)*$/.test(text)) return path;
  for (const run of text.split('.')) {
    const [hash, length] = run.split('*');
    for (let n = Number.parseInt(length ?? '1', 36); n > 0 && path.length < 100000; n--) {
      path.push(Number.parseInt(hash as string, 36) >>> 0);
    }
  }
  return path;
}

/** Hashes of the paths to the frames that a state names; 0 = none. */
export interface PathHashes {
  readonly zoom: number;
  readonly selected: number;
}

/**
 * The state as text for an address; '' for that of `defaults`. Short enough to paste: a frame is the hash of its path,
 * and the selected one, which mostly is the one that is zoomed, is named only where it is another (`sel=0`: none).
 */
export function formatState(state: ViewState, defaults: ViewState, paths: PathHashes): string {
  const parts: [string, string][] = [];
  const put = (name: string, value: string, without: string): void => {
    if (value !== without) parts.push([name, value]);
  };
  const { selection } = state;
  put('q', state.query, '');
  put('view', state.view, defaults.view);
  put('fn', state.focus === '' ? '' : hash(hashText(state.focus)), '');
  put('at', hash(paths.zoom), '0');
  put('sel', hash(paths.selected), hash(paths.zoom));
  put('colour', state.colour, defaults.colour);
  put('width', state.width, defaults.width);
  put('change', state.change, defaults.change);
  put('frames', state.frames, defaults.frames);
  put('open', state.open.slice(-MOST_OPEN).map(hash).join('.'), '');
  put('inv', state.inverted ? '1' : '0', defaults.inverted ? '1' : '0');
  put('time', selection.from < 0 ? '' : `${selection.from}-${selection.to}`, '');
  put('pid', `${selection.process}`, '-1');
  put('tid', `${selection.thread}`, '-1');
  return new URLSearchParams(parts).toString();
}

/** The address' fragment for a state as text. */
export function stateFragment(text: string): string {
  return text === '' ? '' : `v2&${text}`;
}

/** 0 where the text is no hash. */
function parseHash(text: string | null | undefined): number {
  return /^[0-9a-z]{1,7}$/.test(text ?? '') ? Number.parseInt(text as string, 36) >>> 0 : 0;
}

/** Null for a fragment of another version or kind. What is not understood stays as in `defaults`. */
export function parseState(fragment: string, defaults: ViewState): LinkedState | null {
  const version = /^#?v([12])(?:&|$)/.exec(fragment);
  if (version === null) return null;
  const values = new URLSearchParams(fragment.slice(version[0].length));
  const old = version[1] === '1';
  const at = values.get('at');
  const zoom: LinkedPath = old ? parsePath(at ?? '') : parseHash(at);
  const selected: LinkedPath = old ? parsePath(values.get('sel') ?? '') : parseHash(values.get('sel') ?? at);
  const one = (name: string, known: readonly string[], without: string): string => {
    const value = values.get(name) ?? '';
    return known.includes(value) ? value : without;
  };
  const index = (name: string): number => {
    const value = values.get(name) ?? '';
    return /^\d{1,9}$/.test(value) ? Number(value) : -1;
  };
  const time = /^(\d{1,9})-(\d{1,9})$/.exec(values.get('time') ?? '');
  const differential = defaults.colour === 'change';
  return {
    view: one('view', ['calls', 'reverse', 'sandwich'], defaults.view),
    focus: parseHash(values.get('fn')),
    zoom,
    selected,
    query: (values.get('q') ?? '').slice(0, 200),
    colour: one(
      'colour',
      differential ? ['change', 'category', 'package', 'tier'] : ['category', 'package', 'tier'],
      defaults.colour,
    ),
    width: differential ? one('width', ['hot', 'healthy', 'both', 'excess'], defaults.width) : defaults.width,
    change: differential ? one('change', ['code', 'total', 'self'], defaults.change) : defaults.change,
    frames: one('frames', ['mine', 'all'], defaults.frames),
    open: (values.get('open') ?? '')
      .split('.')
      .slice(0, MOST_OPEN)
      .map(parseHash)
      .filter((path) => path > 0),
    inverted: one('inv', ['0', '1'], defaults.inverted ? '1' : '0') === '1',
    selection: {
      from: time === null ? -1 : Math.min(Number(time[1]), Number(time[2])),
      to: time === null ? -1 : Math.max(Number(time[1]), Number(time[2])),
      process: index('pid'),
      thread: index('tid'),
    },
  };
}
