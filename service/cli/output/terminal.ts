/** What is known of where text is printed to: how wide it is, and whether it shows colours. */

/** Marks for a terminal; elsewhere they change nothing. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
}

export interface Terminal {
  /** Columns. */
  readonly width: number;
  readonly style: Style;
}

/** Of a file, a pipe or a quoted mail. */
const USUAL_WIDTH = 100;
/** Below it nothing can be laid out, above it no line can be read. */
const [NARROWEST, WIDEST] = [40, 160];

type Environment = Readonly<Record<string, string | undefined>>;
/** As `process.stdout` is on a terminal. */
type Stream = { readonly isTTY?: boolean; readonly columns?: number };

/** What the person says (`COLUMNS`), else what the terminal says, which follows `stty` and its window. */
function widthOf(stream: Stream, environment: Environment): number {
  const said = /^[1-9]\d{0,4}$/.test(environment.COLUMNS ?? '') ? Number(environment.COLUMNS) : undefined;
  const width = said ?? (stream.isTTY ? stream.columns || USUAL_WIDTH : USUAL_WIDTH);
  return Math.min(WIDEST, Math.max(NARROWEST, width));
}

/** By `--color`, then `NO_COLOR` (no-color.org), `FORCE_COLOR`, and whether it is a terminal that knows colours. */
function showsColor(stream: Stream, environment: Environment, when: string): boolean {
  if (when !== 'auto') return when === 'always';
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0';
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

function styleOf(isOn: boolean): Style {
  const mark = (on: number, off: number) => (text: string) =>
    isOn && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    bold: mark(1, 22),
    dim: mark(2, 22),
    red: mark(31, 39),
    green: mark(32, 39),
    yellow: mark(33, 39),
    blue: mark(34, 39),
  };
}

export function terminalOf(
  stream: Stream,
  color: string | undefined,
  environment: Environment = process.env,
): Terminal {
  return {
    width: widthOf(stream, environment),
    style: styleOf(showsColor(stream, environment, color ?? 'auto')),
  };
}

/** For what is printed on standard output. */
export function stdoutTerminal(color?: string): Terminal {
  return terminalOf(process.stdout, color);
}
