/** What frames and their categories are called in pictures. */

import { CALLED, INLINED } from '../../profile/call-kinds.ts';
import type { FunctionInfo } from '../../profile/profile.ts';
import { formatCores, formatCount, formatPercent } from '../../shared/text/number.ts';

/** Names of the categories for people, `CATEGORIES` order. */
export const CATEGORY_NAMES: readonly string[] = [
  'app',
  'dependency',
  'Node core',
  'regexp',
  'WebAssembly',
  'V8',
  'garbage collection',
  'JIT compiler',
  'native',
  'kernel',
  'unknown',
];

/** Tooltips repeat names often: a cut keeps files small; the viewer shows more. */
const MAX_TITLE_NAME = 160;

function cut(text: string): string {
  return text.length > MAX_TITLE_NAME ? `${text.slice(0, MAX_TITLE_NAME - 1)}…` : text;
}

/** `parse`, of a package: `parse · htmlparser2`. */
export function frameLabel(info: FunctionInfo | undefined): string {
  if (info === undefined) return 'all';
  const name = info.name.slice(0, MAX_TITLE_NAME) || '(no name)';
  return info.package === null ? name : `${name} · ${info.package}`;
}

/** `src/app.js:5`, `libc.so.6`; empty where nothing is known. */
function framePlace(info: FunctionInfo): string {
  if (info.file !== null) return info.line === null ? info.file : `${info.file}:${info.line}`;
  return info.module ?? '';
}

/** What widths are. `shares`: parts of `SHARE_PARTS`, where the source has sums and no samples. */
export type WidthUnit = 'cores' | 'samples' | 'shares';

/** The same in the words of a legend. */
export const WIDTH_WORDS: Readonly<Record<WidthUnit, string>> = {
  cores: 'CPU cores',
  samples: 'samples',
  shares: 'share of all weight',
};

/** As fine as a picture, and no more than a recording has samples. */
export const SHARE_PARTS = 100_000;

export function formatValue(value: number, unit: WidthUnit): string {
  if (unit === 'shares') return formatPercent(value / SHARE_PARTS);
  return unit === 'cores'
    ? `${formatCores(value)} cores`
    : `${formatCount(value)} ${value === 1 ? 'sample' : 'samples'}`;
}

export function formatShare(part: number, all: number): string {
  return all === 0 ? '0 %' : formatPercent(part / all);
}

/** What a function's own change is, as findings count it (`COUNTING_WORDS`). */
export const CODE_WORDS = 'own code and the runtime code that it calls';

/** What a dashed edge means. */
export const INLINED_LEGEND = 'dashed edge: V8 inlined it into its caller';

/** "inlined into"; empty for what was only called. `kind`: bits of `call-kinds.ts`. */
export function inlinedWords(kind: number): string {
  if ((kind & INLINED) === 0) return '';
  return (kind & CALLED) === 0 ? 'inlined into' : 'partly inlined into';
}

/** What tells it: perf sees only the caller's code. */
export function inlinedBy(caller: string): string {
  return `${cut(caller)} (V8)`;
}

/** First line of a tooltip: name, package and place. */
export function frameHeading(info: FunctionInfo | undefined): string {
  if (info === undefined) return 'all';
  const place = framePlace(info);
  return cut(frameLabel(info)) + (place === '' ? '' : ` (${cut(place)})`);
}
