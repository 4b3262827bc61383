/// <reference lib="dom" />
/** What widths and colours mean. Embedded in the viewer's script. */
import { CHANGE_FILLS, CHANGE_STEPS, TIER_FILLS, VARIANTS } from './palette.ts';
import { CATEGORY_NAMES } from './static-svg.ts';
import { html, type Source, svg } from './viewer-dom.ts';
import type { Pane } from './viewer-pane.ts';
import type { ViewState } from './viewer-state.ts';

/** Fill and words of each colour in use. */
function legendSwatches(pane: Pane, state: ViewState): [number, string][] {
  if (pane.differential && state.colour === 'change') {
    const steps = CHANGE_STEPS.map((step) => `${step}`);
    const last = steps.length - 1;
    const less = steps.map((step, i): [number, string] => [
      CHANGE_FILLS + 3 - i,
      i === last ? `▼ −${step} cores or less` : `−${step}`,
    ]);
    const more = steps.map((step, i): [number, string] => [
      CHANGE_FILLS + 5 + i,
      i === last ? `▲ +${step} cores or more` : `+${step}`,
    ]);
    return [...less.reverse(), [CHANGE_FILLS + 4, 'not significant, or too small'], ...more];
  }
  if (state.colour === 'tier') {
    return ['no JavaScript', 'interpreter', 'baseline', 'Maglev', 'TurboFan'].map((name, tier) => [
      TIER_FILLS + tier,
      name,
    ]);
  }
  const used = new Set(pane.model.category);
  return CATEGORY_NAMES.flatMap((name, category): [number, string][] =>
    used.has(category) ? [[category * VARIANTS, name]] : [],
  );
}

function legendWords(pane: Pane, state: ViewState): string[] {
  const widths: Readonly<Record<string, string>> = {
    hot: 'CPU cores on the hot host',
    healthy: 'CPU cores on the healthy host',
    both: 'CPU cores, the larger of both hosts',
    excess: 'CPU cores that the hot host uses more',
  };
  const cores = 'samples ÷ (rate × seconds), corrected for lost samples';
  const words: string[] = [];
  if (pane.differential) words.push(`Width: ${widths[state.width]} (${cores}).`);
  else words.push(pane.model.cores ? `Width: CPU cores (${cores}).` : 'Width: samples.');
  if (state.colour === 'change') {
    const what = state.change === 'self' ? 'of a frame’s own code' : 'with callees';
    words.push(
      `Colour: hot minus healthy in cores, ${what}; grey where the function’s change is not significant or the frame’s part is under ${CHANGE_STEPS[0]} cores. ✚ new, ✖ vanished (dashed), ▲ more, ▼ less.`,
    );
  } else if (state.colour === 'package') words.push('Colour: package; code without one by kind:');
  else if (state.colour === 'tier') words.push('Colour: the tier in which most of the function’s own samples ran.');
  else words.push('Colour: kind of code.');
  words.push('Grey runs without a name: frames too narrow to draw; a click opens them.');
  return words;
}

export function legendOf(pane: Pane, state: ViewState): HTMLElement {
  const swatches = legendSwatches(pane, state).map(([fill, text]) =>
    html(
      'span',
      {},
      svg(
        'svg',
        { width: 14, height: 12, 'aria-hidden': 'true' },
        svg('rect', { class: `c${fill}`, width: 14, height: 12, rx: 2 }),
      ),
      text,
    ),
  );
  const words = legendWords(pane, state).map((text) => html('p', { class: 'soft small' }, text));
  return html('div', {}, ...words, html('div', { class: 'legend' }, ...swatches));
}

export const LEGEND_SOURCES: readonly Source[] = [legendSwatches, legendWords, legendOf];
