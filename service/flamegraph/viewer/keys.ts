/** Steps from frame to frame, and which key does what. */
import type { FrameRef, Pane } from './panes/pane.ts';
import { frameBelow, neighbour, type PaneHalf, widestChild } from './views.ts';

/** For the help. */
export function keyWords(): [string, string][] {
  return [
    ['← →', 'neighbouring frames'],
    ['↑ ↓', 'caller or callee, as drawn'],
    ['Enter', 'zoom in; on a run of runtime frames: open or fold it'],
    ['f', 'all frames, or runs of runtime frames folded'],
    ['Esc', 'back, or zoom out'],
    ['0', 'reset everything'],
    ['/ or Ctrl F', 'search'],
    ['n N', 'next, previous hit'],
    ['i', 'root on top or at the bottom'],
    ['r', 'merge from the leaves, or from the root'],
    ['s', 'sandwich of the selected function'],
    ['c', 'copy its name'],
  ];
}

/** Where an arrow leads from a frame; null: nowhere. `least`: width that beside frames have at least. */
export function stepFrom(pane: Pane, from: FrameRef, key: string, inverted: boolean, least: number): FrameRef | null {
  const half = pane.halfOf(from);
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const root = from.half === 0 ? pane.zoom : 0;
    const node = neighbour(half, root, from.node, key === 'ArrowRight' ? 1 : -1, least);
    return node < 0 ? null : { half: from.half, node };
  }
  const sandwich = pane.view.lower !== null;
  const downward = sandwich ? from.half === 1 : inverted;
  const deeper = (key === 'ArrowDown') === downward;
  if (sandwich && from.node === 0) {
    const other = key === 'ArrowDown' ? 1 : 0;
    const node = widestChild(pane.half(other) as PaneHalf, 0);
    return node < 0 ? null : { half: other, node };
  }
  if (deeper) {
    const node = widestChild(half, from.node);
    return node < 0 ? null : { half: from.half, node };
  }
  const up = frameBelow(half, from.node);
  // The middle of a sandwich is drawn once, as the upper half's root.
  return up < 0 ? null : { half: up === 0 ? 0 : from.half, node: up };
}

/** The next frame (step 1) or the one before (−1) that matches and has a width, going round. */
export function nextHit(pane: Pane, from: FrameRef | null, step: 1 | -1): FrameRef | null {
  const { matched } = pane;
  if (matched === null) return null;
  const halves = pane.view.lower === null ? [pane.view.upper] : [pane.view.upper, pane.view.lower];
  const lengths = halves.map((half) => half.fn.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const first = lengths[0] as number;
  const start = from === null ? (step === 1 ? -1 : 0) : from.half * first + from.node;
  for (let count = 1; count <= total; count++) {
    const at = (start + count * step + 2 * total) % total;
    const index = at < first ? 0 : 1;
    const half = halves[index] as PaneHalf;
    const node = at - index * first;
    const fn = half.fn[node] as number;
    if (fn >= 0 && matched[fn] === 1 && (half.width[node] as number) > 0) return { half: index, node };
  }
  return null;
}
