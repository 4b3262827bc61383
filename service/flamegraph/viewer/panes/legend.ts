/** What widths and colours mean. */

import { CATEGORY_NAMES, CODE_WORDS, INLINED_LEGEND, WIDTH_WORDS } from '../../picture/labels.ts';
import {
  CARRIED_FILLS,
  LEAST_CHANGE,
  packageFill,
  TIER_FILLS,
  UNCHANGED_FILL,
  VARIANTS,
} from '../../picture/palette.ts';
import { html, svg } from '../dom.ts';
import { packageName } from '../model.ts';
import type { ViewState } from '../state.ts';
import type { Drawing } from './draw.ts';
import type { Pane } from './pane.ts';

/** The packages with the most self time; a dozen, as a colour stands for several. */
function packageSwatches(pane: Pane): [number, string][] {
  const own = new Map<string, number>();
  const sums = pane.functionSums();
  pane.model.packages.forEach((packageText, fn) => {
    const name = packageName(packageText);
    if (name === '') return;
    const value = Math.max(sums[0]?.own[fn] ?? 0, sums[1]?.own[fn] ?? 0);
    own.set(name, (own.get(name) ?? 0) + value);
  });
  const names = [...own].sort((one, other) => other[1] - one[1]).slice(0, 12);
  return names.map(([name]) => [packageFill(name), name.slice(0, 60)]);
}

/** Fill and words of each colour in use. */
function legendSwatches(pane: Pane, state: ViewState): [number, string][] {
  if (pane.differential && state.colour === 'change') {
    if (!pane.tested) return [[UNCHANGED_FILL, 'not tested for this selection']];
    const steps = pane.steps.map((step) => `${step}`);
    const last = steps.length - 1;
    const less = steps.map((step, index): [number, string] => [
      UNCHANGED_FILL - 1 - index,
      index === last ? `▼ −${step} cores or less` : `−${step}`,
    ]);
    const more = steps.map((step, index): [number, string] => [
      UNCHANGED_FILL + 1 + index,
      index === last ? `▲ +${step} cores or more` : `+${step}`,
    ]);
    const carried: [number, string][] = state.change === 'code' ? [[CARRIED_FILLS + 1, 'what it calls changed']] : [];
    return [...less.reverse(), [UNCHANGED_FILL, 'not significant, or too small'], ...carried, ...more];
  }
  if (state.colour === 'tier') {
    return ['no JavaScript', 'interpreter', 'baseline', 'Maglev', 'TurboFan'].map((name, tier) => [
      TIER_FILLS + tier,
      name,
    ]);
  }
  const used = new Set(pane.model.category);
  const kinds = CATEGORY_NAMES.flatMap((name, category): [number, string][] =>
    used.has(category) ? [[category * VARIANTS, name]] : [],
  );
  return state.colour === 'package' ? [...packageSwatches(pane), ...kinds] : kinds;
}

const CHANGE_WORDS: Readonly<Record<string, string>> = {
  code: CODE_WORDS,
  self: 'own code',
  total: 'with callees',
};

function changeWords(change: string): string {
  return (
    `Colour: hot minus healthy in cores, ${CHANGE_WORDS[change]}; grey where the function’s change is not ` +
    `significant or the frame’s share of it is under ${LEAST_CHANGE} cores. ✚ new, ✖ vanished (dashed), ▲ more, ▼ less.`
  );
}

const UNTESTED_WORDS =
  'Grey: not tested for this selection. What is significant is known of the whole recording only; point at a frame ' +
  'for its cores on both sides.';

function legendWords(pane: Pane, state: ViewState, drawing: CutDrawing): string[] {
  const widths: Readonly<Record<string, string>> = {
    hot: 'CPU cores on the hot side',
    healthy: 'CPU cores on the healthy side',
    both: 'CPU cores, the larger of both sides',
    excess: 'extra CPU cores on the hot side',
  };
  const cores = 'samples ÷ (rate × seconds), corrected for lost samples';
  const words: string[] = [];
  const width = pane.differential ? widths[state.width] : WIDTH_WORDS[pane.model.data.unit];
  words.push(pane.model.cores ? `Width: ${width} (${cores}).` : `Width: ${width}.`);
  if (state.colour === 'change') {
    words.push(pane.tested ? changeWords(state.change) : UNTESTED_WORDS);
  } else if (state.colour === 'package') words.push('Colour: package, the busiest ones below; other code by kind.');
  else if (state.colour === 'tier') words.push('Colour: the tier in which most of the function’s own samples ran.');
  else words.push('Colour: kind of code.');
  words.push('Grey stretches without a name: frames too narrow to draw; a click opens them.');
  if (pane.model.culprit >= 0) words.push('Outlined: the function that the comparison names first.');
  if (drawing.cut) words.push('Calls deeper than 250 rows are not drawn: zoom in to see them.');
  if (drawing.narrowRows > 0) {
    const rows = drawing.narrowRows === 1 ? 'One more row' : `${drawing.narrowRows} more rows`;
    words.push(`${rows} of narrow stacks are not drawn: zoom in, or choose “All frames”.`);
  }
  if (state.view !== 'calls' && pane.model.depth.some((depth) => depth > 200))
    words.push('Callers more than 200 frames away are left out.');
  return words;
}

/** `over`: what is drawn over the colour. */
function swatch(fill: number, text: string, ...over: SVGElement[]): HTMLElement {
  const colour = svg('rect', { class: `c${fill}`, width: 14, height: 12, rx: 2 });
  return html('span', {}, svg('svg', { width: 14, height: 12, 'aria-hidden': 'true' }, colour, ...over), text);
}

/** Only where there are such frames. */
function inlinedSwatch(pane: Pane): HTMLElement[] {
  if (pane.model.kinds === null) return [];
  return [swatch(UNCHANGED_FILL, INLINED_LEGEND, svg('path', { class: 'inlined', d: 'M0 11.25h14' }))];
}

/** What of a drawing says that the graph has more rows than are drawn. */
type CutDrawing = Pick<Drawing, 'cut' | 'narrowRows'>;

export function makeLegend(pane: Pane, state: ViewState, drawing: CutDrawing): HTMLElement {
  const swatches = legendSwatches(pane, state).map(([fill, text]) => swatch(fill, text));
  const words = legendWords(pane, state, drawing).map((text) => html('p', { class: 'soft small' }, text));
  return html('div', {}, ...words, html('div', { class: 'legend' }, ...swatches, ...inlinedSwatch(pane)));
}
