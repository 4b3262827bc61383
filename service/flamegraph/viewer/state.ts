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
  /** `total`, `self`: which change a differential shows. */
  readonly change: string;
  readonly inverted: boolean;
  readonly selection: Selection;
}

/** What the address holds: functions by the hash of their key. */
export interface LinkedState extends Omit<ViewState, 'focus' | 'zoom' | 'selected'> {
  /** 0 = none. */
  readonly focus: number;
  readonly zoom: readonly number[];
  readonly selected: readonly number[];
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
    change: 'total',
    inverted: false,
    selection: { from: -1, to: -1, process: -1, thread: -1 },
  };
}

/** Hashes in base 36; a run of one function, as recursion makes it, is `hash*length`. Deeper than 300 runs is cut. */
function formatPath(path: readonly string[]): string {
  const runs: { key: string; length: number }[] = [];
  for (const key of path) {
    const last = runs.at(-1);
    if (last !== undefined && last.key === key) last.length++;
    else if (runs.push({ key, length: 1 }) > 300) {
      runs.pop();
      break;
    }
  }
  return runs
    .map(({ key, length }) => hashText(key).toString(36) + (length > 1 ? `*${length.toString(36)}` : ''))
    .join('.');
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

/** The address' fragment without `#`; '' for the state of `defaults`. */
export function formatState(state: ViewState, defaults: ViewState): string {
  const parts: [string, string][] = [];
  const put = (name: string, value: string, without: string): void => {
    if (value !== without) parts.push([name, value]);
  };
  const { selection } = state;
  put('q', state.query, '');
  put('view', state.view, defaults.view);
  put('fn', state.focus === '' ? '' : formatPath([state.focus]), '');
  put('at', formatPath(state.zoom), '');
  put('sel', formatPath(state.selected), '');
  put('colour', state.colour, defaults.colour);
  put('width', state.width, defaults.width);
  put('change', state.change, defaults.change);
  put('inv', state.inverted ? '1' : '0', defaults.inverted ? '1' : '0');
  put('time', selection.from < 0 ? '' : `${selection.from}-${selection.to}`, '');
  put('pid', `${selection.process}`, '-1');
  put('tid', `${selection.thread}`, '-1');
  return parts.length === 0 ? '' : `v1&${new URLSearchParams(parts)}`;
}

/** Null for a fragment of another version or kind. What is not understood stays as in `defaults`. */
export function parseState(fragment: string, defaults: ViewState): LinkedState | null {
  const text = fragment.replace(/^#/, '');
  if (!/^v1(&|$)/.test(text)) return null;
  const values = new URLSearchParams(text.slice(3));
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
    focus: parsePath(values.get('fn') ?? '')[0] ?? 0,
    zoom: parsePath(values.get('at') ?? ''),
    selected: parsePath(values.get('sel') ?? ''),
    query: (values.get('q') ?? '').slice(0, 200),
    colour: one(
      'colour',
      differential ? ['change', 'category', 'package', 'tier'] : ['category', 'package', 'tier'],
      defaults.colour,
    ),
    width: differential ? one('width', ['hot', 'healthy', 'both', 'excess'], defaults.width) : defaults.width,
    change: differential ? one('change', ['total', 'self'], defaults.change) : defaults.change,
    inverted: one('inv', ['0', '1'], defaults.inverted ? '1' : '0') === '1',
    selection: {
      from: time === null ? -1 : Math.min(Number(time[1]), Number(time[2])),
      to: time === null ? -1 : Math.max(Number(time[1]), Number(time[2])),
      process: index('pid'),
      thread: index('tid'),
    },
  };
}
