import { type CommandWords, completed, families, type OptionWords, type Values } from './words.ts';

/** Within single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** In a description `[…]` and before `:` these signs mean something to `_arguments` and `_describe`. */
function described(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function action(values: Values): string {
  if (values === 'file') return '_files';
  if (values === 'folder') return '_files -/';
  return values === 'unknown' ? ' ' : `(${values.join(' ')})`;
}

/** `'(--output -o)'{--output=,-o}'[where to write]:value:_files'`; with = the value may be in the same word. */
function optionSpec({ names, help, isMultiple, value }: OptionWords): string {
  const before = isMultiple ? '*' : `(${names.join(' ')})`;
  const after = `[${described(help)}]${value === null ? '' : `:value:${action(value)}`}`;
  const spelled = names.map((name) => (value !== null && name.startsWith('--') ? `${name}=` : name));
  if (spelled.length === 1) return quoted(before + spelled.join('') + after);
  return `${quoted(before)}{${spelled.join(',')}}${quoted(after)}`;
}

function commandCase({ words, options, values }: CommandWords): string[] {
  const rest = values === 'unknown' ? [] : [quoted(`*:value:${action(values)}`)];
  return [
    `    ${quoted(words.join(' '))})`,
    `      _arguments -S ${[...options.map(optionSpec), ...rest].join(' \\\n        ')}`,
    '      ;;',
  ];
}

function list(commands: readonly (readonly [word: string, help: string])[]): string {
  return commands.map(([word, help]) => `      ${quoted(`${word}:${described(help)}`)}`).join('\n');
}

export function zshCompletion(): string {
  const all = completed();
  const byFamily = [...families()];
  const single = all.flatMap(({ words, help }) => (words.length === 1 ? [[words[0] ?? '', help] as const] : []));
  const first = [...single, ...byFamily.map(([word, seconds]) => [word, seconds.join(', ')] as const)];
  return `${[
    '#compdef smokejumper',
    '# Completion of smokejumper for zsh, made by `smokejumper completion zsh`.',
    '_smokejumper() {',
    '  local -a commands',
    '  local command=$words[2]',
    '  if ((CURRENT == 2)); then',
    '    commands=(',
    list(first),
    '    )',
    "    _describe -t commands 'command' commands",
    '    return',
    '  fi',
    '  case $command in',
    ...byFamily.flatMap(([word, seconds]) => [
      `    ${word})`,
      '      if ((CURRENT == 3)); then',
      '    commands=(',
      list(
        seconds.map((second) => [second, all.find(({ words }) => words.join(' ') === `${word} ${second}`)?.help ?? '']),
      ),
      '    )',
      "        _describe -t commands 'command' commands",
      '        return',
      '      fi',
      '      command="$command $words[3]"',
      '      shift words',
      '      ((CURRENT--))',
      '      ;;',
    ]),
    '  esac',
    '  # What follows the command is all that _arguments is to see.',
    '  shift words',
    '  ((CURRENT--))',
    '  case $command in',
    ...all.flatMap(commandCase),
    '  esac',
    '}',
    '# Sourced, it registers itself; from fpath, it is the function.',
    'if [ "$funcstack[1]" = _smokejumper ]; then',
    '  _smokejumper "$@"',
    'else',
    '  compdef _smokejumper smokejumper',
    'fi',
  ].join('\n')}\n`;
}
