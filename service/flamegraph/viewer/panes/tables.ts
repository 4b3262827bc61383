/** Tables beside the graph: findings and functions. */
import { formatCores, signedCores } from '../../../shared/text/number.ts';
import { formatValue } from '../../picture/labels.ts';
import { button, html } from '../dom.ts';
import { formatQ, whereWords } from '../words.ts';
import type { FunctionSums, Pane } from './pane.ts';

export interface TableRow {
  readonly name: string;
  /** Function to show; −1: the graph has no frame of it. */
  readonly fn: number;
  /** What each column is sorted by. */
  readonly sort: readonly (number | string)[];
  /** Made for rows that are shown. */
  readonly texts: () => readonly string[];
  readonly where: () => string;
  /** More words, in a separate row below. */
  readonly about?: string;
}

/** A table whose columns sort it, largest first; names of functions lead to their frame. */
export class SortableTable {
  readonly element: HTMLTableElement;
  private readonly most: number;
  private readonly show: (fn: number) => void;
  private readonly body = html('tbody');
  private readonly heads: HTMLTableCellElement[];
  private rows: readonly TableRow[] = [];
  private sorted: number;
  private down = true;

  /** `sorted`: column that sorts at first; −1: the rows' own order. */
  constructor(caption: string, columns: readonly string[], sorted: number, most: number, show: (fn: number) => void) {
    this.sorted = sorted;
    this.most = most;
    this.show = show;
    this.heads = columns.map((column, index) =>
      html(
        'th',
        { scope: 'col', class: index === 0 ? '' : 'n' },
        button(column, () => this.sortBy(index - 1)),
      ),
    );
    this.element = html(
      'table',
      {},
      html('caption', {}, caption),
      html('thead', {}, html('tr', {}, ...this.heads)),
      this.body,
    );
  }

  fill(rows: readonly TableRow[]): void {
    this.rows = rows;
    this.write();
  }

  /** −1 is the name. */
  private sortBy(column: number): void {
    this.down = this.sorted === column ? !this.down : column >= 0;
    this.sorted = column;
    this.write(true);
  }

  private write(byPerson = false): void {
    const { sorted, down } = this;
    const rows = [...this.rows];
    const key = (row: TableRow): number | string => (sorted < 0 ? row.name : (row.sort[sorted] ?? 0));
    if (sorted >= 0 || byPerson) {
      rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (down ? -1 : 1));
      this.heads.forEach((head, index) => {
        if (index - 1 === sorted) head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        else head.removeAttribute('aria-sort');
      });
    }
    this.body.replaceChildren(...rows.slice(0, this.most).flatMap((row) => this.makeRows(row)));
  }

  private makeRows({ name, where, fn, texts, about }: TableRow): HTMLTableRowElement[] {
    const short = name.length > 120 ? `${name.slice(0, 119)}…` : name;
    const label = fn < 0 ? short : button(short, () => this.show(fn), { class: 'plain' });
    const row = html(
      'tr',
      { class: about === undefined ? '' : 'first' },
      html('td', { class: 'name' }, label, html('div', { class: 'soft small' }, where().slice(0, 400))),
      ...texts().map((text) => html('td', { class: 'n' }, text)),
    );
    if (about === undefined) return [row];
    return [row, html('tr', {}, html('td', { class: 'soft small', colspan: this.heads.length }, about))];
  }
}

export function findingRows(pane: Pane): TableRow[] {
  return pane.model.findings.map((finding, index) => ({
    name: finding.name,
    fn: finding.fn,
    sort: [-index, finding.hot, finding.healthy, finding.delta, -finding.q],
    texts: () => [
      String(index + 1),
      formatCores(finding.hot),
      formatCores(finding.healthy),
      signedCores(finding.delta),
      formatQ(finding.q),
    ],
    where: () => [finding.package ?? '', finding.place ?? ''].filter((text) => text !== '').join(' · '),
    about: `${finding.change}, 95 %: ${signedCores(finding.low)}…${signedCores(finding.high)}; ${finding.words}`.slice(
      0,
      600,
    ),
  }));
}

/** Own code of the table of functions: `mine` counts what runtime code costs for the function that calls it. */
function tableSums(pane: Pane, mine: boolean): readonly FunctionSums[] {
  return mine ? pane.functionCodeSums() : pane.functionSums();
}

/**
 * The functions that a search matches, or all. With runs folded (`mine`) functions of the runtime are left out, but for
 * those that are searched for.
 */
export function functionTableRows(pane: Pane, mine: boolean): TableRow[] {
  const [first, second] = tableSums(pane, mine);
  const { unit } = pane.model.data;
  const text = (value: number): string => {
    if (unit === 'cores') return formatCores(value);
    return unit === 'shares' ? formatValue(value, unit) : String(Math.round(value));
  };
  const rows: TableRow[] = [];
  pane.model.names.forEach((name, fn) => {
    const own = first?.own[fn] ?? 0;
    const all = first?.all[fn] ?? 0;
    const before = second?.all[fn] ?? 0;
    if (pane.matched?.[fn] === 0 || (all <= 0 && before <= 0)) return;
    if (mine && pane.matched === null && pane.model.own[fn] === 0) return;
    const where = (): string => whereWords(pane, fn);
    if (second === undefined) {
      const texts = (): string[] => [text(own), pane.share(own, 0), text(all), pane.share(all, 0)];
      rows.push({ name, fn, sort: [own, own, all, all], texts, where });
    } else {
      const grown = own - (second.own[fn] ?? 0);
      const texts = (): string[] => [signedCores(grown), text(own), text(all), text(before), signedCores(all - before)];
      rows.push({ name, fn, sort: [grown, own, all, before, all - before], texts, where });
    }
  });
  return rows;
}
