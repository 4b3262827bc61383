/** How a frame of a differential is coloured, on the server and in the browser. */
import { CHANGE_GLYPHS } from '../../shared/text/change-glyphs.ts';
import { type ChangeSteps, carriedFill, changeFill, LEAST_CHANGE, UNCHANGED_FILL } from './palette.ts';

/** What is known about a frame and its function; changes in cores. */
export interface FrameChange {
  /** Of its own code and the runtime code that it calls (`ownSums`). */
  readonly own: number;
  /** With all that it calls. */
  readonly total: number;
  /** Whether the changes of the function everywhere are significant. */
  readonly ownSignificant: boolean;
  readonly totalSignificant: boolean;
  /** A finding names the function. */
  readonly named: boolean;
  /** It is what the comparison names first, and what it calls counts for it, too. */
  readonly withCallees: boolean;
}

/**
 * `changed`: here the CPU goes, by `delta` more or less; `carried`: only what it calls changed; `same`: nothing that is
 * significant and worth a look. So the culprit stands out, and the way to it shows as a pale trail.
 */
export interface Shade {
  readonly mark: 'changed' | 'carried' | 'same';
  readonly delta: number;
}

export function shadeOf(change: FrameChange): Shade {
  const { own, total, ownSignificant, totalSignificant, named, withCallees } = change;
  const delta = withCallees ? total : own;
  // Most of a significant change is in the frame's own code: then that changed, too.
  const mostly = totalSignificant && Math.abs(own) >= Math.abs(total) / 2;
  if (Math.abs(delta) >= LEAST_CHANGE && (named || ownSignificant || mostly)) return { mark: 'changed', delta };
  const carried = (totalSignificant || named) && Math.abs(total) >= LEAST_CHANGE;
  return { mark: carried ? 'carried' : 'same', delta: total };
}

export function shadeFill({ mark, delta }: Shade, steps: ChangeSteps): number {
  if (mark === 'same') return UNCHANGED_FILL;
  return mark === 'carried' ? carriedFill(delta) : changeFill(delta, steps);
}

/** `change`: class of the function's change; where that is none, the sign of the frame's tells. */
export function shadeGlyph(change: string | undefined, delta: number): string {
  const glyph = CHANGE_GLYPHS[change as keyof typeof CHANGE_GLYPHS] ?? '';
  return glyph || CHANGE_GLYPHS[delta < 0 ? 'shrunk' : 'grown'];
}

/** Colours are scaled to what the comparison names first, or what else changed more by itself; else to the whole. */
export function largestChange(
  findings: readonly { readonly kind: 'self' | 'total'; readonly delta: number }[],
  whole: number,
): number {
  const counted = findings.filter(({ kind }, place) => place === 0 || kind === 'self');
  return counted.length === 0 ? Math.abs(whole) : Math.max(...counted.map(({ delta }) => Math.abs(delta)));
}
