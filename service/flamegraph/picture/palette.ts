/**
 * Colours. A fill is an index into `palette()`, the same in the file, on the page and in the PNG. Every fill carries
 * dark text in the light scheme and light text in the dark one with a contrast of at least 4.5:1, and kinds differ in
 * lightness as well as in hue, so the picture survives colour blindness and grey print.
 */

/** Variants of a category's colour, chosen by the name's hash: neighbours differ. */
export const VARIANTS = 4;
/** First fills of each way of colouring. */
export const TIER_FILLS = 44;
export const CHANGE_FILLS = 49;
/** The grey in the middle of the changes: less is before it, more behind it. */
export const UNCHANGED_FILL: number = CHANGE_FILLS + 4;
const PACKAGE_FILLS = 58;
/** Packages share this many colours. */
const PACKAGE_COLOURS = 24;
/** Less, more. */
export const CARRIED_FILLS: number = PACKAGE_FILLS + PACKAGE_COLOURS;

/** Ink on fills: light scheme, dark scheme. */
export const INK: readonly [string, string] = ['#1b1713', '#fbf6ef'];

/**
 * Hue, saturation, lightness in the light and in the dark scheme; `CATEGORIES` order. Lightness was chosen so that the
 * kinds that are met most stay apart for colour-blind eyes, too (test/flamegraph/palette.test.ts).
 */
export const CATEGORY_HUES: readonly (readonly [number, number, number, number])[] = [
  [22, 88, 66, 42], // app
  [43, 84, 73, 22], // dependency
  [164, 36, 70, 36], // node
  [318, 48, 76, 28], // regexp
  [284, 46, 80, 48], // wasm
  [248, 46, 83, 27], // v8
  [345, 58, 69, 21], // gc
  [197, 52, 74, 34], // jit
  [210, 26, 80, 31], // native
  [215, 12, 72, 42], // kernel
  [40, 8, 82, 29], // unknown
];

/** `TIERS` order: none, then from slow (orange) to fast (blue). */
const TIER_HUES: readonly (readonly [number, number, number, number])[] = [
  [40, 6, 84, 37],
  [16, 86, 66, 21],
  [40, 88, 74, 33],
  [200, 52, 80, 18],
  [212, 62, 70, 41],
];

/**
 * Less (blue) to more (orange), four steps each, grey in the middle; lightness carries the size. Hue, saturation,
 * lightness on light paper. Where a step begins: `changeSteps`.
 */
const CHANGE_HUES: readonly (readonly [number, number, number])[] = [
  [214, 74, 62],
  [212, 70, 71],
  [210, 66, 80],
  [208, 58, 88],
  [40, 7, 89],
  [32, 84, 86],
  [28, 88, 76],
  [23, 90, 66],
  [16, 88, 58],
];
/**
 * The same on dark paper: between the grey and the lightest fill that carries light text is little room, so lightness,
 * saturation and hue all grow; orange turns to yellow-brown, as red looks black to protanopes.
 */
const CHANGE_DARK: readonly string[] = [
  '#316cc5',
  '#296293',
  '#1e526f',
  '#143e4d',
  '#2f2d2a',
  '#473116',
  '#66431b',
  '#85552a',
  '#a65500',
];
/** Between the paper and the palest step: `carriedFill`. */
const CARRIED: readonly [string, string][] = [
  ['#e6eff8', '#1b2a35'],
  ['#faecd9', '#38291a'],
];

/** Cores. A smaller change is not worth a look. */
export const LEAST_CHANGE = 0.05;
/** Differences in cores at which a step of the scale begins. */
export type ChangeSteps = readonly number[];

/** Where the strongest colour may begin: thirds of these are round, too. */
const TOP_STEPS: readonly number[] = [3, 6, 9, 15];
const SMALL: ChangeSteps = [LEAST_CHANGE, 0.1, 0.15, 0.2];
const SMALLEST: ChangeSteps = [LEAST_CHANGE, 0.06, 0.08, 0.1];

/**
 * The scale of one incident: its largest change has the strongest colour, so that a fire of a third of a core stands
 * out as much as one of ten. The legend says in cores where each step begins.
 */
export function changeSteps(largest: number): ChangeSteps {
  const most = Math.abs(largest) * 0.75;
  if (!(most >= 0.15)) return SMALLEST;
  if (!(most >= 0.3) || most === Number.POSITIVE_INFINITY) return SMALL;
  const power = 10 ** Math.floor(Math.log10(most / 1.5));
  const top = Math.max(...[1.5, ...TOP_STEPS].map((step) => step * power).filter((step) => step <= most * (1 + 1e-9)));
  return [LEAST_CHANGE, ...[top / 3, (2 * top) / 3, top].map((step) => Number(step.toPrecision(3)))];
}

/** FNV-1a over UTF-16 units: the same colour for a name on every host, in every run. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 13)) >>> 0;
}

/** The hash of a path, from that of the path before its last step. */
export function hashStep(before: number, step: number): number {
  const h = Math.imul((before ^ step) + 0x9e3779b9, 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

export function categoryFill(category: number, name: string): number {
  return category * VARIANTS + (hashText(name) % VARIANTS);
}

/** `dominant`: index into `TIERS`. */
export function tierFill(dominant: number): number {
  return TIER_FILLS + dominant;
}

/** Code without a package has the colour of its category. */
export function packageFill(name: string): number {
  return PACKAGE_FILLS + (hashText(name) % PACKAGE_COLOURS);
}

export function changeFill(delta: number, steps: ChangeSteps): number {
  const step = steps.filter((at) => Math.abs(delta) >= at).length;
  return UNCHANGED_FILL + (delta < 0 ? -step : step);
}

/** For frames that only pass a change on, from what they call to what calls them. */
export function carriedFill(delta: number): number {
  return delta < 0 ? CARRIED_FILLS : CARRIED_FILLS + 1;
}

/** `#rrggbb`; hue in degrees, saturation and lightness in percent. */
function hex(hue: number, saturation: number, lightness: number): string {
  const a = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100);
  const part = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const value = lightness / 100 - a * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}

/** All fills as `[light scheme, dark scheme]`. */
export function palette(): [string, string][] {
  const fills: [string, string][] = [];
  const add = (hue: number, saturation: number, light: number, dark: number): number =>
    fills.push([hex(hue, saturation, light), hex(hue, saturation * 0.72, dark)]);
  for (const [hue, saturation, light, dark] of CATEGORY_HUES) {
    for (let v = 0; v < VARIANTS; v++)
      add((hue + v * 4 + 354) % 360, saturation, light + ((v * 7) % 4) * 2 - 2, dark - v);
  }
  for (const [hue, saturation, light, dark] of TIER_HUES) add(hue, saturation, light, dark);
  CHANGE_HUES.forEach(([hue, saturation, light], i) => {
    fills.push([hex(hue, saturation, light), CHANGE_DARK[i] as string]);
  });
  for (let p = 0; p < PACKAGE_COLOURS; p++) add((p * 47) % 360, 52, 68 + (p % 3) * 7, 26 + (p % 3) * 4);
  fills.push(...CARRIED);
  return fills;
}
