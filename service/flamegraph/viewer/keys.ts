/// <reference lib="dom" />
/** Steps from frame to frame, and which key does what. Embedded in the viewer's script. */
import type { Source } from './dom.ts';
import type { FrameRef, Pane } from './panes/pane.ts';
import { neighbour, type Part, widestChild } from './views.ts';

/** For the help. */
export function keyWords(): [string, string][] {
  return [
    ['← →', 'frames beside'],
    ['↑ ↓', 'callee or caller, as drawn'],
    ['Enter', 'zoom in'],
    ['Esc', 'back, out'],
    ['0', 'reset everything'],
    ['/ or Ctrl F', 'search'],
    ['n N', 'next, previous hit'],
    ['i', 'root on top or at the bottom'],
    ['r', 'merge from the leaves, or calls'],
    ['s', 'sandwich of the selected function'],
    ['c', 'copy its name'],
  ];
}

/** Where an arrow leads from a frame; null: nowhere. `least`: width that beside frames have at least. */
export function stepFrom(pane: Pane, from: FrameRef, key: string, inverted: boolean, least: number): FrameRef | null {
  const part = pane.part(from.part) as Part;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const root = from.part === 0 ? pane.zoom : 0;
    const node = neighbour(part, root, from.node, key === 'ArrowRight' ? 1 : -1, least);
    return node < 0 ? null : { part: from.part, node };
  }
  const sandwich = pane.view.lower !== null;
  const downward = sandwich ? from.part === 1 : inverted;
  const deeper = (key === 'ArrowDown') === downward;
  if (sandwich && from.node === 0) {
    const other = key === 'ArrowDown' ? 1 : 0;
    const node = widestChild(pane.part(other) as Part, 0);
    return node < 0 ? null : { part: other, node };
  }
  if (deeper) {
    const node = widestChild(part, from.node);
    return node < 0 ? null : { part: from.part, node };
  }
  const up = part.parent[from.node] as number;
  // The middle of a sandwich is drawn once, as the upper part's root.
  return up < 0 ? null : { part: up === 0 ? 0 : from.part, node: up };
}

/** The next frame (step 1) or the one before (−1) that matches and has a width, going round. */
export function nextHit(pane: Pane, from: FrameRef | null, step: 1 | -1): FrameRef | null {
  const { matched } = pane;
  if (matched === null) return null;
  const parts = pane.view.lower === null ? [pane.view.upper] : [pane.view.upper, pane.view.lower];
  const lengths = parts.map((part) => part.fn.length);
  const total = lengths.reduce((a, b) => a + b, 0);
  const first = lengths[0] as number;
  const start = from === null ? (step === 1 ? -1 : 0) : from.part * first + from.node;
  for (let i = 1; i <= total; i++) {
    const at = (start + i * step + 2 * total) % total;
    const index = at < first ? 0 : 1;
    const part = parts[index] as Part;
    const node = at - index * first;
    const fn = part.fn[node] as number;
    if (fn >= 0 && matched[fn] === 1 && (part.width[node] as number) > 0) return { part: index, node };
  }
  return null;
}

export const KEY_SOURCES: readonly Source[] = [keyWords, stepFrom, nextHit];
