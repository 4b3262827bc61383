/** Profiles and differentials as frames for the static picture. */
import type { Change, Differential } from '../../compare/differential.ts';
import { CATEGORIES, type FunctionInfo } from '../../profile/profile.ts';
import { CHANGE_GLYPHS } from '../../shared/text/change-glyphs.ts';
import { signedCores } from '../../shared/text/number.ts';
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
import { CHANGE_STEPS, categoryFill, changeFill } from '../picture/palette.ts';
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

/** The widest frame of a function, outermost first; −1 when it has none. */
function widest(tree: FlameTree, functions: readonly FunctionInfo[], total: Float64Array, key: string): number {
  let best = -1;
  for (let node = 1; node < tree.length; node++) {
    if ((total[node] as number) <= (best < 0 ? 0 : (total[best] as number))) continue;
    if (functions[tree.fn[node] as number]?.key === key) best = node;
  }
  return best;
}

function pathTo(tree: FlameTree, node: number): Set<number> {
  const path = new Set<number>();
  for (let at = node; at > 0; at = tree.parent[at] as number) path.add(at);
  return path;
}

/** `scale`: cores a sample, 1 for other units. `culprit`: key of the function whose widest path is outlined. */
export function profileFrames(prepared: OrderedTree, unit: WidthUnit, scale: number, culprit: string | null): Frames {
  const { tree, functions } = prepared;
  const { inlined, lines } = inlinedFrames(prepared);
  const total = sumUp(tree.parent, tree.self[0] as Float64Array);
  const all = total[0] as number;
  const fills = functions.map((info) => categoryFill(CATEGORIES.indexOf(info.category), info.name));
  const unknown = categoryFill(CATEGORIES.indexOf('unknown'), '');
  const labels = functions.map(frameLabel);
  const value = (count: number): string => formatValue(count * scale, unit);
  return {
    tree,
    total,
    root: 0,
    fill: (node) => fills[tree.fn[node] as number] ?? unknown,
    label: (node) => unmarked(node === 0 ? `all · ${value(all)}` : (labels[tree.fn[node] as number] as string)),
    title: (node) => {
      const heading = frameHeading(functions[tree.fn[node] as number]);
      const own = value(tree.self[0]?.[node] as number);
      const numbers = `${value(total[node] as number)}, ${formatShare(total[node] as number, all)}; own ${own}`;
      return [heading, numbers, ...lines(node)];
    },
    inlined,
    outlined: culprit === null ? new Set() : pathTo(tree, widest(tree, functions, total, culprit)),
  };
}

/** Width: cores on the hot host. Colour: the change with all below, grey where it is not significant. */
export function differentialFrames(d: Differential, prepared: OrderedTree): Frames {
  const { tree, functions } = prepared;
  const { inlined, lines } = inlinedFrames(prepared);
  const [hotSelf, healthySelf] = tree.self as [Float64Array, Float64Array];
  const total = sumUp(tree.parent, hotSelf);
  const healthy = sumUp(tree.parent, healthySelf);
  const changes = new Map<number, Change>();
  for (const row of d.rows)
    changes.set(prepared.rankOf[row.fn] as number, row.total.significant ? row.total : row.self);
  const changeOf = (node: number): Change | undefined => changes.get(tree.fn[node] as number);
  const delta = (node: number): number => (total[node] as number) - (healthy[node] as number);
  /** Small parts of a function that changed are not marked: the change is elsewhere. */
  const marked = (node: number): boolean =>
    changeOf(node)?.significant === true && Math.abs(delta(node)) >= (CHANGE_STEPS[0] as number);
  const culprit = d.findings[0] === undefined ? undefined : d.tree.functions[d.findings[0].fn];
  return {
    tree,
    total,
    root: 0,
    fill: (node) => changeFill(delta(node), node === 0 || marked(node), CHANGE_STEPS[0] as number),
    label: (node) => {
      if (node === 0) return unmarked(`all · ${formatValue(total[0] as number, 'cores')} (${signedCores(delta(0))})`);
      const name = frameLabel(functions[tree.fn[node] as number]);
      if (!marked(node)) return unmarked(name);
      const glyph = CHANGE_GLYPHS[changeOf(node)?.change ?? 'unchanged'];
      return { glyph, delta: signedCores(delta(node)), name };
    },
    title: (node) => [
      frameHeading(functions[tree.fn[node] as number]),
      `hot ${formatValue(total[node] as number, 'cores')}, healthy ${formatValue(healthy[node] as number, 'cores')}, ` +
        `${signedCores(delta(node))}${marked(node) || node === 0 ? '' : ' (not significant)'}`,
      ...lines(node),
    ],
    inlined,
    outlined: culprit === undefined ? new Set() : pathTo(tree, widest(tree, functions, total, culprit.key)),
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
