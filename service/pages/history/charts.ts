/** Small charts, drawn by the server: numbers for the template, so that every text is escaped there. */
import { clean } from '../../report/clean-text.ts';
import { formatCores } from '../../shared/text/number.ts';
import { dayOf, formatUtc } from '../../shared/text/time.ts';

const WIDTH = 640;
const HEIGHT = 160;
/** Room for the numbers on the left, the dates below, and the largest dot above. */
const LEFT = 44;
const BOTTOM = 24;
const TOP = 10;
const RIGHT = 8;
const DAY_MS = 86_400_000;

interface AxisModel {
  readonly top: string;
  readonly first: string;
  readonly last: string;
}

export interface DotsModel extends AxisModel {
  readonly label: string;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly side: string; readonly title: string }[];
  /** Where another release begins. */
  readonly marks: readonly { readonly x: number; readonly text: string }[];
}

export interface DotsInput {
  readonly atMs: number;
  readonly hot: number;
  readonly healthy: number | null;
  readonly release: string | null;
}

/** The newest first, as lists are. Null where there is nothing to draw. */
export function dotsModel(points: readonly DotsInput[], label: string): DotsModel | null {
  const [newest, oldest] = [points[0], points.at(-1)];
  if (newest === undefined || oldest === undefined) return null;
  const most = Math.max(0.01, ...points.flatMap(({ hot, healthy }) => [hot, healthy ?? 0]));
  const span = Math.max(1, newest.atMs - oldest.atMs);
  const x = (ms: number) => round(LEFT + ((WIDTH - LEFT - RIGHT) * (ms - oldest.atMs)) / span);
  const y = (cores: number) => round(HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * Math.max(0, cores)) / most);
  const dot = (atMs: number, cores: number, side: 'hot' | 'healthy') => ({
    ...{ x: x(atMs), y: y(cores), side },
    title: `${formatUtc(atMs)}, ${side}: ${formatCores(cores)} cores`,
  });
  return {
    label,
    dots: points.flatMap(({ atMs, hot, healthy }) => [
      ...(healthy === null ? [] : [dot(atMs, healthy, 'healthy')]),
      dot(atMs, hot, 'hot'),
    ]),
    marks: releaseMarks(points).map(({ atMs, release }) => ({ x: x(atMs), text: clean(release, 24) })),
    ...{ top: formatCores(most), first: dayOf(oldest.atMs), last: dayOf(newest.atMs) },
  };
}

function releaseMarks(points: readonly DotsInput[]): { readonly atMs: number; readonly release: string }[] {
  const marks: { atMs: number; release: string }[] = [];
  for (const { atMs, release } of [...points].reverse()) {
    if (release !== null && release !== marks.at(-1)?.release) marks.push({ atMs, release });
  }
  return marks;
}

export interface BarsModel extends AxisModel {
  readonly label: string;
  readonly bars: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly title: string;
  }[];
}

/** More would be thinner than a line. */
const MAX_BARS = 60;

/** How many there were in each day, or each few days where the time is long. */
export function barsModel(timesMs: readonly number[], label: string): BarsModel | null {
  const [from, to] = [Math.min(...timesMs), Math.max(...timesMs)];
  if (timesMs.length === 0) return null;
  const first = Math.floor(from / DAY_MS);
  const days = Math.floor(to / DAY_MS) - first + 1;
  const each = Math.ceil(days / MAX_BARS);
  const counts = new Array<number>(Math.ceil(days / each)).fill(0);
  for (const ms of timesMs) {
    const bar = Math.floor((Math.floor(ms / DAY_MS) - first) / each);
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  const step = (WIDTH - LEFT - RIGHT) / counts.length;
  const bars = counts.map((count, at) => {
    const height = round(((HEIGHT - BOTTOM - TOP) * count) / most);
    const day = dayOf((first + at * each) * DAY_MS);
    const title = `${day}${each === 1 ? '' : ` and ${each === 2 ? 'the day' : `${each - 1} days`} after`}: ${count}`;
    return {
      x: round(LEFT + at * step),
      y: HEIGHT - BOTTOM - height,
      width: round(Math.max(1, step - 1)),
      height,
      title,
    };
  });
  return { label, bars, top: `${most}`, first: dayOf(from), last: dayOf(to) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const FLOOR = HEIGHT - BOTTOM;
const AXIS = `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${FLOOR}" y2="${FLOOR}"/>\
<text x="${LEFT - 6}" y="${TOP + 4}" text-anchor="end">{{top}}</text>\
<text x="${LEFT - 6}" y="${FLOOR + 4}" text-anchor="end">0</text>\
<text x="${LEFT}" y="${HEIGHT - 6}">{{first}}</text>\
<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">{{last}}</text>`;
const SVG = `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="{{label}}">`;

/** For `dots` in the context. */
export const DOTS = `{{#with dots}}${SVG}${AXIS}{{#each marks}}<g class="mark">\
<line x1="{{x}}" x2="{{x}}" y1="${TOP}" y2="${FLOOR}"/><text x="{{x}}" y="${TOP - 1}">{{text}}</text></g>{{/each}}\
{{#each dots}}<circle class="{{side}}" cx="{{x}}" cy="{{y}}" r="3.5"><title>{{title}}</title></circle>{{/each}}\
</svg>{{/with}}`;

/** For `bars` in the context. */
export const BARS = `{{#with bars}}${SVG}${AXIS}{{#each bars}}\
<rect class="hot" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"><title>{{title}}</title></rect>{{/each}}\
</svg>{{/with}}`;
