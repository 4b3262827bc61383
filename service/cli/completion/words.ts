/** What a shell may complete, from the table of commands. */
import { COMMANDS } from '../command-table.ts';
import { firstSentence } from '../help.ts';
import type { Argument, Command, Option } from '../table/command.ts';

export interface OptionWords {
  /** `--output`, `-o` */
  readonly names: readonly string[];
  readonly help: string;
  readonly isMultiple: boolean;
  /** What comes behind it; null where it takes no value. */
  readonly value: Values | null;
}

/** The values that there are, or the names of files, or what no shell knows. */
export type Values = readonly string[] | 'file' | 'folder' | 'unknown';

export interface CommandWords {
  /** One word, or two. */
  readonly words: readonly string[];
  readonly help: string;
  readonly options: readonly OptionWords[];
  /** Behind the command, in any place. */
  readonly values: Values;
}

const HELP: OptionWords = { names: ['--help', '-h'], help: 'explain the command', isMultiple: false, value: null };

function valuesOf({ value = '', values }: Option): Values {
  if (values !== undefined) return values;
  if (value === 'FOLDER') return 'folder';
  return /FILE|OUT/.test(value) ? 'file' : 'unknown';
}

/** Those of all its arguments together; the names of files where one of them is a file. */
function argumentValues(list: readonly Argument[]): Values {
  if (list.some(({ name }) => /FILE|HEALTHY|HOT/.test(name))) return 'file';
  const values = list.flatMap((one) => one.values ?? (one.name === 'COMMAND' ? firstWords() : []));
  return values.length > 0 ? values : 'unknown';
}

/** Commands, or the families that they belong to. */
export function firstWords(): readonly string[] {
  return [...new Set(Object.keys(COMMANDS).map((name) => name.replace(/ .*/, '')))];
}

export function completed(): readonly CommandWords[] {
  return Object.entries<Command>(COMMANDS).map(([name, { about, options, arguments: list = [] }]) => ({
    words: name.split(' '),
    help: firstSentence(about),
    options: [
      ...Object.entries(options).map(([long, option]) => ({
        names: [`--${long}`, ...(option.short === undefined ? [] : [`-${option.short}`])],
        help: option.help,
        isMultiple: option.multiple === true,
        value: option.type === 'string' ? valuesOf(option) : null,
      })),
      HELP,
    ],
    values: argumentValues(list),
  }));
}

/** The second words of commands of two, by their first one. */
export function families(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { words } of completed()) {
    const [first = '', second] = words;
    if (second !== undefined) found.set(first, [...(found.get(first) ?? []), second]);
  }
  return found;
}
