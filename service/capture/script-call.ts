/** What a remote script may be asked for: the one list of options, as words for a shell and as parameters of SSM. */
import type { RemoteScripts, ScriptAction } from './assemble-script.ts';
import { withArguments } from './script-answer.ts';

/** How the value of an option is written down. */
type OptionKind =
  /** One word of harmless characters. */
  | 'word'
  /** Any text. */
  | 'text'
  /** Words; the option is repeated for each. */
  | 'words'
  /** Given or not. */
  | 'flag';

interface ScriptOption {
  readonly flag: `--${string}`;
  readonly kind: OptionKind;
  /**
   * What a word looks like, for the regular expressions of JavaScript, Java and Go alike (Go repeats a thousand times
   * at most). In an own document the words stand in single quotes, so no pattern may match one. The script itself
   * checks more, lengths above all.
   */
  readonly pattern: string;
  readonly about: string;
}

/** In the order in which they are given. */
export const SCRIPT_OPTIONS = {
  id: { flag: '--id', kind: 'word', pattern: '[A-Za-z0-9][A-Za-z0-9._-]{0,63}', about: 'name of the capture' },
  seconds: { flag: '--seconds', kind: 'word', pattern: '[1-9][0-9]{0,2}', about: 'run: how long to record' },
  hz: { flag: '--hz', kind: 'word', pattern: '[1-9][0-9]{0,3}', about: 'run: samples per second and CPU' },
  startAt: { flag: '--start-at', kind: 'word', pattern: '[1-9][0-9]{0,9}', about: 'run: epoch seconds' },
  pids: { flag: '--pid', kind: 'word', pattern: '[0-9]{1,10}(,[0-9]{1,10})*', about: 'run: only these processes' },
  match: { flag: '--match', kind: 'text', pattern: '', about: 'run: only command lines that match this' },
  v8: { flag: '--v8', kind: 'word', pattern: '(off|fallback|lines)', about: 'run: visits by the profiler of V8' },
  v8Processes: { flag: '--v8-processes', kind: 'word', pattern: '[1-9][0-9]?', about: 'run: visits at most' },
  installPerf: { flag: '--install-perf', kind: 'flag', pattern: 'yes', about: 'run: perf may be installed' },
  offset: { flag: '--offset', kind: 'word', pattern: '[0-9]{1,10}', about: 'fetch: first byte to send' },
  to: {
    flag: '--to',
    kind: 'word',
    pattern: 'https?://[A-Za-z0-9._~:/?&=%+-]+',
    about: 'fetch: presigned address to upload to',
  },
  checksum: { flag: '--checksum', kind: 'word', pattern: '[A-Za-z0-9+/]{43}=', about: 'fetch: SHA-256 of the upload' },
  places: {
    flag: '--place',
    kind: 'words',
    pattern: '[0-9]{1,10}:[0-9]{1,10}:[0-9]{1,10}:[A-Za-z0-9+/=]+',
    about: 'source: PID:LINE:COLUMN:PATH, the path in base64',
  },
} as const satisfies Record<string, ScriptOption>;

export type OptionName = keyof typeof SCRIPT_OPTIONS;
type Value<K extends OptionKind> = K extends 'flag' ? true : K extends 'words' ? readonly string[] : string;

export type OptionValues = { readonly [N in OptionName]?: Value<(typeof SCRIPT_OPTIONS)[N]['kind']> };

/** A script and what it is asked for. Some values are secrets (`to`): a call is not for logs. */
export interface ScriptCall {
  readonly action: ScriptAction;
  readonly options: OptionValues;
}

export const OPTION_NAMES = Object.keys(SCRIPT_OPTIONS) as readonly OptionName[];

/** The words behind the name of the script. */
export function wordsOf({ action, options }: ScriptCall): string[] {
  return [action, ...OPTION_NAMES.flatMap((name) => optionWords(SCRIPT_OPTIONS[name].flag, options[name]))];
}

function optionWords(flag: string, value: string | true | readonly string[] | undefined): string[] {
  if (value === undefined) return [];
  if (value === true) return [flag];
  return typeof value === 'string' ? [flag, value] : value.flatMap((one) => [flag, one]);
}

/** The text that does what is asked for, for a shell. */
export function scriptText(scripts: RemoteScripts, call: ScriptCall): string {
  return withArguments(scripts[call.action], wordsOf(call));
}
