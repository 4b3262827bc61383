/** Profiles and differentials as frames for the static picture. */
import type { Change, Differential } from '../../compare/differential.ts';
import { CATEGORIES, type FunctionInfo } from '../../profile/profile.ts';
import { CHANGE_GLYPHS } from '../../shared/text/change-glyphs.ts';
import { signedCores } from '../../shared/text/number.ts';
import { foldedFrames, foldRuns, isRuntime, ownSums, type Rows, runWords } from '../picture/folding.ts';
import { sumUp } from '../picture/frame-geometry.ts';
import {
  formatShare,
  formatValue,
  frameHeading,
  frameLabel,
  inlinedBy,
  inlinedWords,
  type WidthUnit,
} from '../picture/labels.ts';
import {
  type ChangeSteps,
  carriedFill,
  categoryFill,
  changeSteps,
  LEAST_CHANGE,
  UNCHANGED_FILL,
} from '../picture/palette.ts';
import { largestChange, type Shade, shadeFill, shadeGlyph, shadeOf } from '../picture/shading.ts';
import type { Frames } from '../picture/static-frames.ts';
import type { FrameLabel } from '../picture/text.ts';
import type { FlameTree, OrderedTree } from './flame-tree.ts';

/** The label of a frame that is not marked. */
function unmarked(name: string): FrameLabel {
  return { glyph: '', delta: '', name };
}

/** What V8 inlined, and the line of a tooltip that says so: none or one. */
function inlinedFrames({ tree, functions }: OrderedTree): {
  readonly inlined: (node: number) => boolean;
  readonly lines: (node: number) => readonly string[];
} {
  const words = (node: number): string => inlinedWords(tree.kinds?.[node] ?? 0);
  const caller = (node: number): string => functions[tree.fn[tree.parent[node] as number] as number]?.name ?? '';
  return {
    inlined: (node) => words(node) !== '',
    lines: (node) => (words(node) === '' ? [] : [`${words(node)} ${inlinedBy(caller(node))}`]),
  };
}

/** 1 for each function that is seen in any case: own code, and what a finding names. */
export function ownFunctions(functions: readonly FunctionInfo[], named: (rank: number) => boolean): Uint8Array {
  return Uint8Array.from(functions, ({ category, module }, rank) =>
    named(rank) || !isRuntime(CATEGORIES.indexOf(category), module !== null) ? 1 : 0,
  );
}

/** A tooltip that names more frames of a run is higher than a screen. */
const MOST_NAMES = 30;

/** Names of the frames of a run, on its widest way. */
function runNames({ tree, functions }: OrderedTree, { run }: Rows, total: Float64Array, first: number): string {
  const names: string[] = [];
  for (let node = first; node >= 0 && names.length < MOST_NAMES; ) {
    names.push(frameLabel(functions[tree.fn[node] as number]).slice(0, 60));
    let widest = -1;
    for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
      if (run?.[child] === first && (total[child] as number) > (total[widest] ?? 0)) widest = child;
    node = widest;
  }
  return names.join(' › ');
}

/** Frames of the function with this key. */
function framesOf(tree: FlameTree, functions: readonly FunctionInfo[], key: string | undefined): Set<number> {
  const found = new Set<number>();
  if (key !== undefined)
    tree.fn.forEach((fn, node) => {
      if (functions[fn]?.key === key) found.add(node);
    });
  return found;
}

/** `scale`: cores a sample, 1 for other units. `culprit`: key of the function whose frames are outlined. */
export function profileFrames(
  prepared: OrderedTree,
  unit: WidthUnit,
  scale: number,
  culprit: string | undefined,
): Frames {
  const { tree, functions } = prepared;
  const { inlined, lines } = inlinedFrames(prepared);
  const total = sumUp(tree.parent, tree.self[0] as Float64Array);
  const all = total[0] as number;
  const own = ownFunctions(functions, (rank) => functions[rank]?.key === culprit);
  const rows = foldRuns(tree, own, () => false);
  const fills = functions.map((info) => categoryFill(CATEGORIES.indexOf(info.category), info.name));
  const unknown = categoryFill(CATEGORIES.indexOf('unknown'), '');
  const labels = functions.map(frameLabel);
  const value = (count: number): string => formatValue(count * scale, unit);
  const folded = (node: number): number | undefined => foldedFrames(rows, node);
  return {
    tree,
    total,
    root: 0,
    rows,
    fill: (node) => (folded(node) === undefined ? (fills[tree.fn[node] as number] ?? unknown) : UNCHANGED_FILL),
    label: (node) => {
      const run = folded(node);
      if (run !== undefined) return unmarked(runWords(run));
      return unmarked(node === 0 ? `all · ${value(all)}` : (labels[tree.fn[node] as number] as string));
    },
    title: (node) => {
      const run = folded(node);
      const heading = run === undefined ? frameHeading(functions[tree.fn[node] as number]) : runWords(run);
      const amount = `${value(total[node] as number)}, ${formatShare(total[node] as number, all)}`;
      if (run !== undefined) return [heading, amount, runNames(prepared, rows, total, node)];
      return [heading, `${amount}; own ${value(tree.self[0]?.[node] as number)}`, ...lines(node)];
    },
    inlined: (node) => folded(node) === undefined && inlined(node),
    outlined: framesOf(tree, functions, culprit),
  };
}

/** What the comparison says about functions, by rank. */
function knownChanges(d: Differential, prepared: OrderedTree) {
  const rows = new Map(d.rows.map((row) => [prepared.rankOf[row.fn] as number, row]));
  const findings = new Set(d.findings.map(({ fn }) => prepared.rankOf[fn] as number));
  const first = d.findings[0];
  const withCallees = first?.kind === 'total' ? (prepared.rankOf[first.fn] as number) : -2;
  return { rows, findings, withCallees };
}

/** The scale of a comparison's colours; `delta`: hot minus healthy of the whole. */
export function stepsOf({ findings }: Pick<Differential, 'findings'>, delta: number): ChangeSteps {
  return changeSteps(
    largestChange(
      findings.map(({ kind, deltaCores }) => ({ kind, delta: deltaCores })),
      delta,
    ),
  );
}

/** Width: cores on the hot host. Colour: the change of own code and the runtime that it calls. */
export function differentialFrames(d: Differential, prepared: OrderedTree): Frames {
  const { tree, functions } = prepared;
  const { inlined, lines } = inlinedFrames(prepared);
  const [hotSelf, healthySelf] = tree.self as [Float64Array, Float64Array];
  const total = sumUp(tree.parent, hotSelf);
  const healthy = sumUp(tree.parent, healthySelf);
  const delta = (node: number): number => (total[node] as number) - (healthy[node] as number);
  const known = knownChanges(d, prepared);
  const own = ownFunctions(functions, (rank) => known.findings.has(rank));
  const rows = foldRuns(tree, own, () => false);
  const [hotOwn, healthyOwn] = [ownSums(tree, own, hotSelf), ownSums(tree, own, healthySelf)];
  const steps = stepsOf(d, delta(0));
  const shade = (node: number): Shade => {
    const fn = tree.fn[node] as number;
    const row = known.rows.get(fn);
    return shadeOf({
      own: (hotOwn[node] as number) - (healthyOwn[node] as number),
      total: delta(node),
      ownSignificant: row?.self.significant === true,
      totalSignificant: row?.total.significant === true,
      named: known.findings.has(fn),
      withCallees: fn === known.withCallees,
    });
  };
  const change = (node: number): Change | undefined => {
    const row = known.rows.get(tree.fn[node] as number);
    return row?.total.significant ? row.total : row?.self;
  };
  const folded = (node: number): number | undefined => foldedFrames(rows, node);
  const culprit = d.findings[0] === undefined ? undefined : d.tree.functions[d.findings[0].fn]?.key;
  return {
    tree,
    total,
    root: 0,
    rows,
    fill: (node) => {
      if (node > 0) return shadeFill(shade(node), steps);
      return Math.abs(delta(0)) < LEAST_CHANGE ? UNCHANGED_FILL : carriedFill(delta(0));
    },
    label: (node) => {
      if (node === 0) return unmarked(`all · ${formatValue(total[0] as number, 'cores')} (${signedCores(delta(0))})`);
      const run = folded(node);
      const name = run === undefined ? frameLabel(functions[tree.fn[node] as number]) : runWords(run);
      const { mark, delta: by } = shade(node);
      if (mark !== 'changed') return unmarked(name);
      return { glyph: shadeGlyph(change(node)?.change, by), delta: signedCores(by), name };
    },
    title: (node) => {
      const run = folded(node);
      const heading = run === undefined ? frameHeading(functions[tree.fn[node] as number]) : runWords(run);
      const numbers =
        `hot ${formatValue(total[node] as number, 'cores')}, ` +
        `healthy ${formatValue(healthy[node] as number, 'cores')}, ` +
        `${signedCores(delta(node))}${node === 0 || shade(node).mark !== 'same' ? '' : ' (not significant)'}`;
      return [heading, numbers, ...(run === undefined ? lines(node) : [runNames(prepared, rows, total, node)])];
    },
    inlined: (node) => folded(node) === undefined && inlined(node),
    outlined: framesOf(tree, functions, culprit),
  };
}

/** Vanished code has no width in a picture by hot cores: words for the band that lists it, largest first. */
export function vanishedWords(d: Differential, most: number): string[] {
  return d.rows
    .filter((row) => row.self.significant && row.self.change === 'vanished')
    .sort((a, b) => a.self.deltaCores - b.self.deltaCores || a.fn - b.fn)
    .slice(0, most)
    .map(
      (row) => `${CHANGE_GLYPHS.vanished} ${signedCores(row.self.deltaCores)} ${frameLabel(d.tree.functions[row.fn])}`,
    );
}
