/** What is said about frames and functions. */
import { formatCores, formatProbability, signedCores } from '../../shared/text/number.ts';
import { foldedFrames } from '../picture/folding.ts';
import { CATEGORY_NAMES } from '../picture/labels.ts';
import type { ShownChange } from './model.ts';
import type { FrameRef, Pane } from './panes/pane.ts';
import type { PaneHalf } from './views.ts';

export interface Described {
  readonly name: string;
  /** Package, place and kind of code. */
  readonly where: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
}

export function formatQ(q: number): string {
  return formatProbability(q);
}

/** "+0.38 cores (+0.26…+0.50), q < 0.001, grown". */
function changeWords(change: ShownChange): string {
  const interval = `${signedCores(change.delta)} cores (${signedCores(change.low)}…${signedCores(change.high)})`;
  return `${interval}, q ${formatQ(change.q)}, ${change.significant ? change.change : 'not significant'}`;
}

/** "TurboFan 71 %, baseline 20 %"; '' without JavaScript samples. */
function tierWords(pane: Pane, fn: number, side: number): string {
  const names = ['', 'interpreter', 'baseline', 'Maglev', 'TurboFan'];
  const own = pane.model.tiers[side]?.subarray(fn * 5, fn * 5 + 5);
  const sum = own === undefined ? 0 : own.reduce((total, samples) => total + samples, 0);
  if (own === undefined || sum === 0) return '';
  const parts: string[] = [];
  for (let tier = 4; tier > 0; tier--) {
    if ((own[tier] as number) > 0) parts.push(`${names[tier]} ${Math.round((100 * (own[tier] as number)) / sum)} %`);
  }
  return parts.join(', ');
}

export function whereWords(pane: Pane, fn: number): string {
  const { packages, places, category } = pane.model;
  const kind = CATEGORY_NAMES[category[fn] as number] as string;
  return [packages[fn] as string, places[fn] as string, kind].filter((text) => text !== '').join(' · ');
}

function valueRows(pane: Pane, half: PaneHalf, node: number): [string, string][] {
  const value = (columns: readonly Float64Array[], side: number): string => {
    const amount = columns[side]?.[node] ?? 0;
    return `${pane.value(amount)}, ${pane.share(amount, side)}`;
  };
  if (!pane.differential) {
    const own: [string, string][] = half.self === null ? [] : [['own code', value(half.self, 0)]];
    return [['with callees', value(half.totals, 0)], ...own];
  }
  const delta = (kind: string): string => `${signedCores(pane.delta(half, node, kind))} cores`;
  const rows: [string, string][] = [
    ['hot', value(half.totals, 0)],
    ['healthy', value(half.totals, 1)],
    ['Δ', delta('total')],
  ];
  if (half.self !== null) {
    const own = `${formatCores(half.self[0]?.[node] ?? 0)} hot, ${formatCores(half.self[1]?.[node] ?? 0)} healthy`;
    if (pane.foldable) rows.push(['own code and runtime', `Δ ${delta('code')}`]);
    rows.push(['own code', `${own}, Δ ${delta('self')}`]);
  }
  return rows;
}

function frameRows(pane: Pane, half: PaneHalf, node: number): (readonly [string, string])[] {
  const inlined = pane.inlined(half, node);
  const values = valueRows(pane, half, node);
  return inlined === null ? values : [...values, inlined];
}

function functionRows(pane: Pane, fn: number): [string, string][] {
  const rows: [string, string][] = [];
  const changes = pane.model.changes.get(fn);
  if (changes !== undefined) {
    rows.push(['function, everywhere', changeWords(changes.total)]);
    rows.push(['its own code', changeWords(changes.self)]);
  } else if (!pane.differential) {
    const sums = pane.functionSums()[0];
    const all = sums?.all[fn] ?? 0;
    const own = sums?.own[fn] ?? 0;
    rows.push([
      'function, everywhere',
      `${pane.value(all)}, ${pane.share(all, 0)}; own ${pane.value(own)}, ${pane.share(own, 0)}`,
    ]);
  }
  for (let side = 0; side < pane.model.tiers.length; side++) {
    const words = tierWords(pane, fn, side);
    if (words !== '') rows.push([pane.differential ? `tiers, ${side === 0 ? 'hot' : 'healthy'}` : 'tiers', words]);
  }
  return rows;
}

/** The frames of a folded run, along its widest way. */
function runNames(pane: Pane, { fn, end, rows, width }: PaneHalf, first: number, longest: number): string {
  const names: string[] = [];
  for (let node = first; node >= 0; ) {
    names.push((pane.model.names[fn[node] as number] as string).slice(0, 80));
    let widest = -1;
    for (let child = node + 1; child < (end[node] as number); child = end[child] as number)
      if (rows.run?.[child] === first && (widest < 0 || (width[child] as number) > (width[widest] as number)))
        widest = child;
    node = widest;
  }
  const text = names.join(' › ');
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** `brief`: what a tooltip has room for. */
export function describe(pane: Pane, ref: FrameRef, brief: boolean): Described {
  const { node } = ref;
  const half = pane.halfOf(ref);
  const fn = half.fn[node] as number;
  const rows = frameRows(pane, half, node);
  if (fn < 0) return { name: 'all', where: 'everything that is drawn', rows };
  if (foldedFrames(half.rows, node) !== undefined)
    return { name: pane.name(half, node), where: runNames(pane, half, node, brief ? 300 : 2000), rows };
  const name = pane.name(half, node);
  if (brief) {
    const change = pane.changeOf(fn, 'total');
    return {
      name: name.length > 300 ? `${name.slice(0, 299)}…` : name,
      where: whereWords(pane, fn).slice(0, 300),
      rows: change === undefined ? rows : [...rows, ['function', changeWords(change)]],
    };
  }
  return { name, where: whereWords(pane, fn), rows: [...rows, ...functionRows(pane, fn)] };
}

/** "12 functions, 0.41 cores, 37.2 %": each sample counts once, however often its stack matches. */
export function searchWords(pane: Pane, literal: boolean): string {
  const { matched } = pane;
  if (matched === null) return '';
  const functions = matched.reduce((sum, match) => sum + match, 0);
  const values = pane.matchedValues();
  const words = `${functions} ${functions === 1 ? 'function' : 'functions'}`;
  const amounts = values.map((value, side) => {
    const name = pane.differential ? `${side === 0 ? 'hot' : 'healthy'} ` : '';
    return `${name}${pane.value(value)}, ${pane.share(value, side)}`;
  });
  const note = literal ? ' (not a regular expression: searched as text)' : '';
  return `${[words, ...amounts].join(' · ')}${note}`;
}
