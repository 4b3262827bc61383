/**
 * The text of the script in each file. There is no build: functions and classes know their own source. Each of them uses only its
 * arguments, globals of the browser, and others of this list; module constants are listed by name.
 */

import { CHANGE_GLYPHS } from '../../shared/text/change-glyphs.ts';
import { formatCores, formatCount, formatPercent, formatProbability, signedCores } from '../../shared/text/number.ts';
import { unpackNumbers, unpackTree } from '../data/codec.ts';
import { measure, preorder } from '../data/flame-tree.ts';
import { placeFrames, spreadExcess, sumUp } from '../picture/frame-geometry.ts';
import { formatShare, formatValue } from '../picture/labels.ts';
import {
  CATEGORY_HUES,
  CHANGE_DARK,
  CHANGE_FILLS,
  CHANGE_HUES,
  CHANGE_STEPS,
  categoryFill,
  changeFill,
  hashText,
  hex,
  PACKAGE_COLOURS,
  PACKAGE_FILLS,
  packageFill,
  palette,
  TIER_FILLS,
  TIER_HUES,
  tierFill,
  VARIANTS,
} from '../picture/palette.ts';
import { CATEGORY_NAMES } from '../picture/static-svg.ts';
import { fitLabel, fitText, textColumns, withoutNamespaces } from '../picture/text.ts';
import { APP_SOURCES } from './app.ts';
import { CALLER_SOURCES } from './callers.ts';
import { DOM_SOURCES, type Source } from './dom.ts';
import { INPUT_SOURCES } from './input.ts';
import { KEY_SOURCES } from './keys.ts';
import { MODEL_SOURCES } from './model.ts';
import { NAVIGATION_SOURCES } from './navigation.ts';
import { PAGE_SOURCES } from './page.ts';
import { CONTROL_SOURCES } from './panes/controls.ts';
import { DRAW_SOURCES } from './panes/draw.ts';
import { HEAT_SOURCES } from './panes/heat.ts';
import { LEGEND_SOURCES } from './panes/legend.ts';
import { PANE_SOURCES } from './panes/pane.ts';
import { PANEL_SOURCES } from './panes/panel.ts';
import { TABLE_SOURCES } from './panes/tables.ts';
import { STATE_SOURCES } from './state.ts';
import { STYLE_SOURCES } from './style.ts';
import { SYNC_SOURCES } from './sync.ts';
import { VIEW_SOURCES } from './views.ts';
import { WORD_SOURCES } from './words.ts';

const CONSTANTS: Readonly<Record<string, unknown>> = {
  CATEGORY_HUES,
  CATEGORY_NAMES,
  CHANGE_GLYPHS,
  CHANGE_DARK,
  CHANGE_FILLS,
  CHANGE_HUES,
  CHANGE_STEPS,
  PACKAGE_COLOURS,
  PACKAGE_FILLS,
  TIER_FILLS,
  TIER_HUES,
  VARIANTS,
};

const SHARED: readonly Source[] = [
  unpackNumbers,
  unpackTree,
  measure,
  preorder,
  formatCores,
  formatCount,
  formatPercent,
  formatProbability,
  formatShare,
  formatValue,
  signedCores,
  placeFrames,
  spreadExcess,
  sumUp,
  categoryFill,
  changeFill,
  hashText,
  hex,
  packageFill,
  palette,
  tierFill,
  fitLabel,
  withoutNamespaces,
  fitText,
  textColumns,
];

const SOURCES: readonly Source[] = [
  ...SHARED,
  ...DOM_SOURCES,
  ...MODEL_SOURCES,
  ...CALLER_SOURCES,
  ...VIEW_SOURCES,
  ...STATE_SOURCES,
  ...SYNC_SOURCES,
  ...PANE_SOURCES,
  ...DRAW_SOURCES,
  ...WORD_SOURCES,
  ...LEGEND_SOURCES,
  ...PANEL_SOURCES,
  ...KEY_SOURCES,
  ...TABLE_SOURCES,
  ...HEAT_SOURCES,
  ...STYLE_SOURCES,
  ...CONTROL_SOURCES,
  ...PAGE_SOURCES,
  ...NAVIGATION_SOURCES,
  ...INPUT_SOURCES,
  ...APP_SOURCES,
];

/** Strings in quotes, which stay as they are. */
const QUOTED = /('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/;

/** Blanks beside punctuation; those around + and − stay, as `a - -b` needs them. */
function tighten(code: string): string {
  return code.replace(/ *([=,;:?(){}[\]<>*%&|!]) */g, '$1');
}

/**
 * Leaves out what costs bytes and says nothing: comments on lines of their own, indentation, the blanks that types left, and those
 * beside punctuation, where no template and no regular expression is on the line. No string here has two blanks in a row.
 */
function squeeze(source: string): string {
  return source
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\s*$/gm, '')
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ' '))
    .filter((line) => line !== '' && line !== ';' && !line.startsWith('//'))
    .map((line) =>
      /[`/]/.test(line)
        ? line
        : line
            .split(QUOTED)
            .map((part, i) => (i % 2 === 0 ? tighten(part) : part))
            .join(''),
    )
    .join('\n');
}

/** Later sources override nothing: each name is there once. */
export const viewerScript: string = [
  '(()=>{"use strict";',
  ...Object.entries(CONSTANTS).map(([name, value]) => `const ${name}=${JSON.stringify(value)};`),
  ...SOURCES.map((source) => squeeze(`${source}`)),
  'startViewer(document.currentScript.ownerSVGElement);',
  '})();',
].join('\n');
