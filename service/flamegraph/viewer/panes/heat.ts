/** When and in which process and thread the samples were taken: a heat map to choose from. */
import { formatCount } from '../../../shared/text/number.ts';
import { button, choice, html, svg } from '../dom.ts';
import type { Selection, Timeline } from '../model.ts';
import type { Pane } from './pane.ts';

/** Columns are seconds (or several, in long recordings), rows the steps within. */
export interface HeatGrid {
  readonly columns: number;
  readonly rows: number;
  /** Time steps of a cell. */
  readonly perCell: number;
  readonly counts: Float64Array;
  readonly most: number;
}

/** Of a cell, in px. */
interface CellSize {
  readonly width: number;
  readonly height: number;
}

/** Samples of the chosen process and thread by time; at most 600 columns. */
function heatGrid(pane: Pane, selection: Selection): HeatGrid {
  const samples = pane.timeline as Timeline;
  const rows = Math.max(1, Math.round(1000 / samples.binMs));
  const seconds = Math.ceil(samples.bins / rows);
  const perCell = Math.max(1, Math.ceil(seconds / 600));
  const columns = Math.max(1, Math.ceil(seconds / perCell));
  const counts = new Float64Array(columns * rows);
  const { thread, time } = pane.samples();
  let most = 0;
  for (let row = 0; row < time.length; row++) {
    const bin = (time[row] as number) - 1;
    const threadId = thread[row] as number;
    if (bin < 0 || (selection.thread >= 0 && threadId !== selection.thread)) continue;
    if (selection.process >= 0 && samples.threads[threadId]?.process !== selection.process) continue;
    const cell = Math.min(Math.floor(bin / perCell), counts.length - 1);
    const count = (counts[cell] as number) + 1;
    counts[cell] = count;
    if (count > most) most = count;
  }
  return { columns, rows, perCell, counts, most };
}

/** Cells from `from` to `to`, column by column, as a path; cells are `width` × `height` px. */
function rangePath(rows: number, from: number, to: number, { width, height }: CellSize): string {
  let path = '';
  for (let at = from; at <= to; ) {
    const top = at % rows;
    const column = Math.floor(at / rows);
    const last = Math.min(to, column * rows + rows - 1);
    // Whole columns side by side are one rectangle.
    const whole = top === 0 && last - at === rows - 1 ? Math.floor((to + 1 - at) / rows) : 0;
    const wide = Math.max(whole, 1) * width;
    path += `M${column * width} ${top * height}h${wide}v${(last - at + 1) * height}h-${wide}z`;
    at = whole > 0 ? at + whole * rows : last + 1;
  }
  return path;
}

const HOT_SIDE = ' The map is of the hot side; of the healthy one the same stretch is drawn.';

/** Choice of time, process and thread. `choose` gets the selection that a person made. */
export class HeatMap {
  readonly element: HTMLElement;
  private readonly pane: Pane;
  private readonly choose: (selection: Selection) => void;
  private readonly map = svg('svg', { class: 'heat', role: 'img' });
  private readonly words = html('p', { class: 'small', role: 'status' });
  private readonly from: HTMLInputElement;
  private readonly to: HTMLInputElement;
  private readonly process: ReturnType<typeof choice>;
  private readonly thread: ReturnType<typeof choice>;
  private selection: Selection = { from: -1, to: -1, process: -1, thread: -1 };
  private grid: HeatGrid | null = null;
  private drawn = '';
  private size: CellSize = { width: 8, height: 4 };
  private anchor = -1;

  constructor(pane: Pane, choose: (selection: Selection) => void) {
    this.pane = pane;
    this.choose = choose;
    const { bins, threads, processes } = this.samples;
    const slider = (label: string): HTMLInputElement =>
      html('input', {
        type: 'range',
        min: 0,
        max: Math.max(bins - 1, 0),
        'aria-label': label,
        input: () => this.fromSliders(),
      });
    this.from = slider('Samples from');
    this.to = slider('Samples until');
    const count = this.counts();
    const chooseBy = (key: 'process' | 'thread') => (value: string) => {
      const thread = key === 'thread' ? Number(value) : -1;
      this.choose({ ...this.selection, thread, process: key === 'process' ? Number(value) : this.selection.process });
    };
    const option = (name: string, index: number, samples: number): [string, string] => [
      `${index}`,
      `${name.slice(0, 80)} (${formatCount(samples)})`,
    ];
    this.process = choice(
      'Process',
      [['-1', 'all'], ...processes.map((name, index) => option(name, index, count.processes[index] as number))],
      '-1',
      chooseBy('process'),
    );
    this.thread = choice(
      'Thread',
      [['-1', 'all'], ...threads.map(({ name }, index) => option(name, index, count.threads[index] as number))],
      '-1',
      chooseBy('thread'),
    );
    const bar = html('div', { class: 'bar' });
    if (threads.length > 0) bar.append(this.process.element, this.thread.element);
    const all = button('Whole recording', () => this.choose({ ...this.selection, from: -1, to: -1 }));
    if (bins > 0) {
      bar.append(
        html('label', {}, html('span', {}, 'From'), this.from),
        html('label', {}, html('span', {}, 'Until'), this.to),
        all,
      );
    }
    this.element = html('div', {}, bar, this.words);
    if (bins > 0) this.element.append(html('div', { class: 'scroll' }, this.map), this.caption());
    this.listen();
  }

  private get samples(): Timeline {
    return this.pane.timeline as Timeline;
  }

  private caption(): HTMLElement {
    const { binMs } = this.samples;
    return html(
      'p',
      { class: 'soft small' },
      `Each column is a second, each row ${binMs} ms of it; the stronger the colour, the more samples. ` +
        'Drag over the map, or move the two sliders, to draw the graph from just those samples; ' +
        `a click selects one second.${this.pane.differential ? HOT_SIDE : ''}`,
    );
  }

  private counts(): { processes: number[]; threads: number[] } {
    const threads = this.samples.threads.map(() => 0);
    for (const threadId of this.pane.samples().thread) threads[threadId] = (threads[threadId] ?? 0) + 1;
    const processes = this.samples.processes.map(() => 0);
    this.samples.threads.forEach(({ process }, threadId) => {
      processes[process] = (processes[process] ?? 0) + (threads[threadId] as number);
    });
    return { processes, threads };
  }

  private fromSliders(): void {
    const ends = [Number(this.from.value), Number(this.to.value)];
    this.choose({ ...this.selection, from: Math.min(...ends), to: Math.max(...ends) });
  }

  /** Shows what is selected; `width`: room for the map in px. */
  show(selection: Selection, width: number): void {
    this.selection = selection;
    const { bins, binMs, threads } = this.samples;
    const key = `${selection.process} ${selection.thread} ${width}`;
    if (bins > 0 && this.drawn !== key) {
      this.drawn = key;
      this.grid = heatGrid(this.pane, selection);
      this.draw(width);
    }
    const seconds = (bin: number): string => `${((bin * binMs) / 1000).toFixed(2)} s`;
    const whole = selection.from < 0;
    const to = Math.min(selection.to, bins - 1);
    this.from.value = String(whole ? 0 : selection.from);
    this.to.value = String(whole ? bins - 1 : to);
    this.from.setAttribute('aria-valuetext', seconds(Number(this.from.value)));
    this.to.setAttribute('aria-valuetext', seconds(Number(this.to.value) + 1));
    this.process.select.value = String(selection.process);
    this.thread.select.value = String(selection.thread);
    for (const option of this.thread.select.options) {
      const thread = threads[Number(option.value)];
      option.hidden = thread !== undefined && selection.process >= 0 && thread.process !== selection.process;
    }
    const { scale } = this.samples;
    const stretch = whole || !this.pane.model.cores ? 1 : (bins || 1) / (to - selection.from + 1);
    const drawn = Math.round((this.pane.base[0]?.[0] ?? 0) / (scale * stretch));
    const range = whole ? '' : `${seconds(selection.from)} – ${seconds(to + 1)}: `;
    this.words.textContent = `${range}${formatCount(drawn)} of ${formatCount(this.pane.samples().node.length)} samples`;
    if (this.pane.differential) this.words.textContent += ' of the hot side';
    this.mark(selection);
  }

  private mark({ from, to }: Selection): void {
    this.map.querySelector('.chosen')?.remove();
    const { grid, size } = this;
    if (grid === null || from < 0) return;
    const last = Math.min(Math.floor(to / grid.perCell), grid.counts.length - 1);
    const path = rangePath(grid.rows, Math.floor(from / grid.perCell), last, size);
    this.map.append(svg('path', { class: 'chosen', d: path }));
  }

  private draw(width: number): void {
    const { columns, rows, counts, most, perCell } = this.grid as HeatGrid;
    const wide = Math.max(2, Math.min(32, Math.floor(width / columns)));
    const high = rows > 20 ? 4 : rows > 1 ? 12 : 28;
    this.size = { width: wide, height: high };
    const levels: string[] = ['', '', '', '', ''];
    for (let cell = 0; cell < counts.length; cell++) {
      if (counts[cell] === 0) continue;
      const level = Math.ceil((5 * (counts[cell] as number)) / most) - 1;
      levels[level] += `M${Math.floor(cell / rows) * wide} ${(cell % rows) * high}h${wide}v${high}h-${wide}z`;
    }
    const { map } = this;
    for (const [name, value] of [
      ['width', columns * wide],
      ['height', rows * high],
    ] as const)
      map.setAttribute(name, String(value));
    map.setAttribute('aria-label', `Samples over ${columns * perCell} seconds; at most ${most} in one cell`);
    map.replaceChildren(
      svg('rect', { class: 'field', width: columns * wide, height: rows * high }),
      ...levels.map((path, level) => svg('path', { d: path, 'fill-opacity': 0.2 + level * 0.2 })),
    );
  }

  /** Time step under the pointer. */
  private binAt(event: PointerEvent): number {
    const { columns, rows } = this.grid as HeatGrid;
    const box = this.map.getBoundingClientRect();
    const within = (at: number, size: number, most: number): number =>
      Math.max(0, Math.min(most - 1, Math.floor(at / size)));
    const column = within(event.clientX - box.left, box.width / columns, columns);
    return column * rows + within(event.clientY - box.top, box.height / rows, rows);
  }

  private listen(): void {
    const { map } = this;
    let moved = false;
    const range = (cell: number): Selection => {
      const { perCell, rows } = this.grid as HeatGrid;
      const second = Math.floor(cell / rows) * rows;
      const [first, final] = moved
        ? [Math.min(this.anchor, cell), Math.max(this.anchor, cell)]
        : [second, second + rows - 1];
      const last = this.samples.bins - 1;
      return {
        ...this.selection,
        from: Math.min(first * perCell, last),
        to: Math.min(final * perCell + perCell - 1, last),
      };
    };
    map.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      map.setPointerCapture(event.pointerId);
      this.anchor = this.binAt(event);
      moved = false;
    });
    map.addEventListener('pointermove', (event) => {
      if (this.anchor < 0) return;
      const cell = this.binAt(event);
      moved ||= cell !== this.anchor;
      if (moved) this.mark(range(cell));
    });
    map.addEventListener('pointerup', (event) => {
      if (this.anchor < 0) return;
      this.choose(range(this.binAt(event)));
      this.anchor = -1;
    });
    map.addEventListener('pointercancel', () => {
      this.anchor = -1;
      this.mark(this.selection);
    });
  }
}
