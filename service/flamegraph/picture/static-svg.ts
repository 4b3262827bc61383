/** Pictures without script: the part of a file that any viewer shows, and what becomes a PNG. */
import type { Differential } from '../../compare/differential.ts';
import { CATEGORIES, type Profile } from '../../profile/profile.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { type GraphTitle, prepareDifferential, prepareProfile } from '../data/flame-data.ts';
import type { OrderedTree } from '../data/flame-tree.ts';
import { differentialFrames, profileFrames, stepsOf, vanishedWords } from '../data/static-frame-data.ts';
import { shownFrame } from './folding.ts';
import { CATEGORY_NAMES, CODE_WORDS, INLINED_LEGEND, WIDTH_WORDS } from './labels.ts';
import { differentialNotes, profileNotes } from './notes.ts';
import { CARRIED_FILLS, CATEGORY_HUES, type ChangeSteps, INK, palette, UNCHANGED_FILL, VARIANTS } from './palette.ts';
import { dashedEdge, dashedPath, drawFrames, type FrameStyle, type Frames } from './static-frames.ts';
import { escapeXml, fitText } from './text.ts';

export type PictureOptions = GraphTitle;

/** An SVG's inside, without the root element. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly body: string;
  readonly fills: readonly number[];
}

interface Swatch {
  readonly fill: number;
  readonly text: string;
  readonly dashed?: true;
}

/** Space around everything, and under the words. */
const MARGIN = 12;
const PALETTE = palette();
const SOFT: readonly [string, string] = ['#5b544c', '#b9b0a4'];
const PAPER: readonly [string, string] = ['#fdfbf8', '#171411'];
/** DejaVu is in the PNG's package; on screens the reader's own fonts come first. */
const MONO = "ui-monospace,SFMono-Regular,Menlo,'DejaVu Sans Mono',monospace";
const SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif";
/** Advance of a sans-serif font in em, on the wide side, so that words stay in the picture. */
const SANS_ADVANCE = 0.58;

/** Pictures in the file: as flamegraph.pl's, 1,200 px wide and culled at a tenth of a px. */
const FILE_STYLE: FrameStyle = { width: 1176, row: 17, fontSize: 12, minWidth: 0.1, maxRows: 150, titleWidth: 10 };
/**
 * A phone shows a mail's picture some 360 px wide: type of 13 px in 600 is still 8 px there. Deeper rows would be a
 * ribbon.
 */
const MAIL_STYLE: FrameStyle = {
  width: 576,
  row: 21,
  fontSize: 13,
  minWidth: 0.5,
  maxRows: 44,
  titleWidth: Number.POSITIVE_INFINITY,
};
/** A frame that holds this part of everything is trunk: the phone's picture begins above. */
const TRUNK = 0.97;

function words(text: string, y: number, size: number, width: number, attributes = ''): string {
  const fitted = fitText(visible(text), Math.floor(width / (size * SANS_ADVANCE)));
  return `<text x="${MARGIN}" y="${y}" font-size="${size}"${attributes}>${escapeXml(fitted)}</text>`;
}

/** Words broken at blanks into lines that fit. */
function wrapped(text: string, columns: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), lines.slice(most - 1).join(' ')];
}

/** Swatches in rows; returns SVG and the y below. */
function legend(swatches: readonly Swatch[], top: number, width: number): { svg: string; bottom: number } {
  let svg = '';
  let x = MARGIN;
  let y = top;
  for (const { fill, text, dashed } of swatches) {
    const wide = 20 + text.length * 11 * SANS_ADVANCE + 12;
    if (x > MARGIN && x + wide > MARGIN + width) {
      x = MARGIN;
      y += 18;
    }
    svg +=
      `<rect class="c${fill}" x="${Math.round(x)}" y="${y}" width="14" height="12" rx="2" ` +
      `fill="${PALETTE[fill]?.[0]}"/>` +
      (dashed ? dashedPath(dashedEdge(Math.round(x) * 10, y + 12, 140)) : '') +
      `<text x="${Math.round(x + 19)}" y="${y + 10}">${escapeXml(text)}</text>`;
    x += wide;
  }
  return { svg: `<g class="soft" font-size="11" fill="${SOFT[0]}">${svg}</g>`, bottom: y + 18 };
}

interface PictureContents {
  readonly about: GraphTitle;
  readonly lines: readonly string[];
  readonly below: readonly string[];
  readonly swatches: readonly Swatch[];
  readonly frames: Frames;
  readonly style: FrameStyle;
}

/** Only in pictures that have such frames. */
const INLINED_SWATCH: Swatch = {
  fill: UNCHANGED_FILL,
  text: INLINED_LEGEND,
  dashed: true,
};

function compose({ about, lines, below, swatches, frames, style }: PictureContents): Picture {
  const { width } = style;
  let y = MARGIN + 16;
  let head = '';
  for (const line of wrapped(about.title || 'Flame graph', Math.floor(width / (17 * SANS_ADVANCE)), 2)) {
    head += words(line, y, 17, width, ' font-weight="600"');
    y += 21;
  }
  let soft = '';
  const columns = Math.floor(width / (12 * SANS_ADVANCE));
  for (const line of [about.subtitle ?? '', ...lines].filter((text) => text !== '')) {
    for (const part of wrapped(line, columns, 2)) {
      soft += words(part, y, 12, width);
      y += 17;
    }
  }
  y += 2;
  const drawn = drawFrames(frames, style);
  const shown = drawn.inlined ? [...swatches, INLINED_SWATCH] : swatches;
  if (drawn.cut) {
    soft += words('Calls above that few samples reach are not drawn.', y + 6, 12, width);
    y += 20;
  }
  const graph = `<g transform="translate(${MARGIN} ${y})" font-family="${MONO}">${drawn.svg}</g>`;
  y += drawn.height + 12;
  const keys = legend(shown, y, width);
  y = keys.bottom + 10;
  for (const line of below.flatMap((text) => wrapped(text, columns, 2))) {
    soft += words(line, y, 12, width);
    y += 17;
  }
  const body =
    `<g font-family="${SANS}"><g class="ink" fill="${INK[0]}">${head}</g>` +
    `<g class="soft" fill="${SOFT[0]}">${soft}</g>${keys.svg}</g>${graph}`;
  const fills = [...new Set([...drawn.fills, ...shown.map((swatch) => swatch.fill)])].sort((a, b) => a - b);
  return { width: width + 2 * MARGIN, height: y, body, fills };
}

/** Categories that the profile has; the first variant stands for all. */
function categorySwatches({ functions }: OrderedTree): Swatch[] {
  const used = new Set(functions.map((info) => CATEGORIES.indexOf(info.category)));
  return CATEGORY_HUES.flatMap((_, category) =>
    used.has(category) ? [{ fill: category * VARIANTS, text: CATEGORY_NAMES[category] as string }] : [],
  );
}

/** The whole scale: what a picture does not explain, its reader guesses. */
function changeSwatches(steps: ChangeSteps): Swatch[] {
  const last = steps.length - 1;
  const less = steps.map((step, i) => ({
    fill: UNCHANGED_FILL - 1 - i,
    text: i === last ? `▼ −${step} cores or less` : `−${step}`,
  }));
  const more = steps.map((step, i) => ({
    fill: UNCHANGED_FILL + 1 + i,
    text: i === last ? `▲ +${step} cores or more` : `+${step}`,
  }));
  const carried = { fill: CARRIED_FILLS + 1, text: 'what it calls changed' };
  return [...less.reverse(), { fill: UNCHANGED_FILL, text: 'not significant' }, carried, ...more];
}

/** Deepest frame that nearly everything goes through: a small picture has no room for the frames below it. */
function trunkTop({ tree, total, rows, outlined }: Frames): number {
  let top = 0;
  for (let node = 1; node < tree.length && node < (tree.end[top] as number) && !outlined.has(top); ) {
    if ((total[node] as number) >= TRUNK * (total[0] as number)) top = node++;
    else node = tree.end[node] as number;
  }
  return shownFrame(rows, top);
}

/** The trunk's frames stay out, but the one at its top. */
function aboveTrunk(frames: Frames): { frames: Frames; line: string[] } {
  const top = trunkTop(frames);
  const skipped = frames.rows.row[top] as number;
  if (skipped < 3) return { frames, line: [] };
  return { frames: { ...frames, root: top }, line: [`${skipped} rows below, of nearly every stack, are left out.`] };
}

type Purpose = 'file' | 'mail';

/** One line at most. */
function drawnWords({ rows, outlined }: Frames): string[] {
  const words: string[] = [];
  if (rows.runs.size > 0) words.push('Runs of runtime frames are folded.');
  if (outlined.size > 0) words.push('Outlined: what the comparison names first.');
  return words.length === 0 ? [] : [words.join(' ')];
}

export function profileParts(
  profile: Profile,
  options: PictureOptions,
  prepared = prepareProfile(profile),
  purpose: Purpose = 'file',
): Picture {
  const { scale, unit } = prepared;
  const all = profileFrames(prepared, unit, scale ?? 1, options.culprit);
  const { frames, line } = purpose === 'mail' ? aboveTrunk(all) : { frames: all, line: [] };
  const notes = profileNotes(profile, prepared.calls.total[0] as number, scale);
  return compose({
    about: options,
    lines: [notes[0] as string],
    below: [`Width: ${WIDTH_WORDS[unit]}. Colour: kind of code.`, ...drawnWords(all), ...line, ...notes.slice(1, 4)],
    swatches: categorySwatches(prepared),
    frames,
    style: purpose === 'mail' ? MAIL_STYLE : FILE_STYLE,
  });
}

export function differentialParts(
  d: Differential,
  options: PictureOptions,
  prepared = prepareDifferential(d),
  purpose: Purpose = 'file',
): Picture {
  const all = differentialFrames(d, prepared);
  const [hot, healthy] = prepared.tree.self.map((column) => column.reduce((sum, value) => sum + value, 0));
  const { frames, line } = purpose === 'mail' ? aboveTrunk(all) : { frames: all, line: [] };
  const vanished = vanishedWords(d, purpose === 'mail' ? 3 : 8);
  return compose({
    about: options,
    lines: differentialNotes(d).slice(0, 2),
    below: [
      `Width: CPU cores on the hot side. Colour: hot minus healthy, ${CODE_WORDS}. ✚ new, ✖ vanished.`,
      ...drawnWords(all),
      ...line,
      ...(vanished.length === 0 ? [] : [`Vanished: ${vanished.join(', ')}`]),
    ],
    swatches: changeSwatches(stepsOf(d, (hot ?? 0) - (healthy ?? 0))),
    frames,
    style: purpose === 'mail' ? MAIL_STYLE : FILE_STYLE,
  });
}

/** The root element with a background; `inner` follows the picture. */
export function svgDocument(picture: Picture, title: string, style: string, inner: string): string {
  const { width, height } = picture;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img" aria-label="${escapeXml(title)}"><title>${escapeXml(title)}</title>${style}` +
    `<rect class="paper" width="100%" height="100%" fill="${PAPER[0]}"/>${picture.body}${inner}</svg>\n`
  );
}

/**
 * Dark scheme of a static picture: fills in use, ink, paper and what is around it in a wider window. Where a policy
 * forbids it, the light picture stays.
 */
export function darkStyle(fills: readonly number[]): string {
  const rules = fills.map((fill) => `.c${fill}{fill:${PALETTE[fill]?.[1]};color:${PALETTE[fill]?.[1]}}`).join('');
  return (
    `<style>:root{background:${PAPER[0]}}@media (prefers-color-scheme:dark){:root{background:${PAPER[1]}}${rules}` +
    `.ink{fill:${INK[1]}}.soft{fill:${SOFT[1]}}.paper{fill:${PAPER[1]}}.outline{stroke:${INK[1]}}}</style>`
  );
}

/** For a mail: no script, 600 px wide, large type, the culprit outlined, on white also in dark mails. */
export function profilePicture(profile: Profile, options: PictureOptions): string {
  const picture = profileParts(profile, options, prepareProfile(profile), 'mail');
  return svgDocument(picture, visible(options.title), '', '');
}

/** As `profilePicture`, of hot against healthy. */
export function differentialPicture(d: Differential, options: PictureOptions): string {
  const picture = differentialParts(d, options, prepareDifferential(d), 'mail');
  return svgDocument(picture, visible(options.title), '', '');
}
