import { FILTER_NAMES, type IncidentFilter, readFilter } from '../../incidents/incident-filter.ts';
import type { IncidentRow } from '../../incidents/incident-row.ts';
import type { IncidentQuery, Page } from '../../incidents/store-port.ts';
import { AppError, explain } from '../../shared/errors.ts';
import { columns, cutEnd } from '../../shared/text/terminal-width.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { stdoutTerminal, type Terminal } from '../output/terminal.ts';
import { parseCommand, usageError, wholeOption } from '../usage.ts';
import { withStore } from './look.ts';

/** A screenful. */
const LIMIT = 20;

/** `smokejumper incidents list [WORD …]`: a page of the list, the newest first. */
export async function runIncidentsList(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('incidents list', args);
  const limit = wholeOption('--limit', values.limit, LIMIT, 1, 500);
  const query: IncidentQuery = {
    limit,
    ...filterOf(values, positionals),
    ...(values.before !== undefined && { before: values.before }),
  };
  return withStore(async (store) => {
    const page = await store.list(query);
    if (values.json) process.stdout.write(pageJson(page));
    else printPage(page, stdoutTerminal(values.color));
    return 0;
  });
}

/** As on the page: what is asked for there by an address is asked for here by options. */
function filterOf(values: Readonly<Partial<Record<string, unknown>>>, words: readonly string[]): IncidentFilter {
  const given = FILTER_NAMES.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]] as const]));
  try {
    return readFilter({ ...Object.fromEntries(given), q: words.join(' ') }).filter;
  } catch (error) {
    if (error instanceof AppError && error.code === 'BAD_FILTER') throw usageError(explain(error), error);
    throw error;
  }
}

function pageJson({ rows, total, older, searched }: Page<IncidentRow>): string {
  const page = { incidents: rows, total, older, ...(searched !== null && { searched }) };
  return `${JSON.stringify(page, null, 2)}\n`;
}

function printPage(page: Page<IncidentRow>, terminal: Terminal): void {
  const { rows, total, older, searched } = page;
  if (rows.length > 0) process.stdout.write(`${listLines(rows, terminal).join('\n')}\n`);
  const of = total === null || total === rows.length ? '' : ` of ${total}`;
  const looked = searched === null ? '' : `, among the newest ${searched}`;
  process.stderr.write(`${rows.length}${of} incident${rows.length === 1 && of === '' ? '' : 's'}${looked}.\n`);
  if (older !== null) process.stderr.write(`Go on with --before ${older}\n`);
}

const MOST_GROUP = 20;
/** With less, what the report says goes below. */
const LEAST_HEADLINE = 24;

/** Time to the minute: the report has it to the second. */
function opened({ openedAtMs }: IncidentRow): string {
  return formatUtc(openedAtMs).slice(0, 16);
}

/** What a person looks for in a list: whether it still burns, and whether its report is out. */
function stateOf({ state, closedAtMs, retry }: IncidentRow): string {
  return `${state}${retry === null ? '' : ', retrying'}${closedAtMs === null ? ', burning' : ''}`;
}

const TITLES = ['ID', 'OPENED (UTC)', 'STATE', 'GROUP', 'REPORT'] as const;

function cellsOf(row: IncidentRow): readonly string[] {
  const where = cutEnd(visible(row.group ?? row.hotInstance ?? '–'), MOST_GROUP);
  return [row.id, opened(row), stateOf(row), where, visible(row.headline ?? row.alarmName)];
}

export function listLines(rows: readonly IncidentRow[], { width, style }: Terminal): string[] {
  const all = [TITLES, ...rows.map(cellsOf)];
  const widths = TITLES.map((_, column) => Math.max(...all.map((cells) => columns(cells[column] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const isBelow = width - before < LEAST_HEADLINE;
  const cell = (text: string, column: number) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columns(text)));
  return all.flatMap((cells, i) => {
    const facts = cells.slice(0, -1).map(cell);
    const [headline = ''] = cells.slice(-1);
    const head = isBelow ? cutEnd(facts.join('  ').trimEnd(), width) : facts.join('  ');
    const mark = i === 0 ? style.dim : (text: string) => (text.includes('burning') ? style.red(text) : text);
    if (!isBelow) return [`${mark(head)}  ${style.bold(cutEnd(headline, width - before))}`];
    return i === 0 ? [mark(head)] : [mark(head), `    ${style.bold(cutEnd(headline, width - 4))}`];
  });
}
