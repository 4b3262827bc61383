import { type CommandWords, completed, families, firstWords, type Values } from './words.ts';

/** Within single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function reply(values: Values): string {
  if (values === 'file') return '_smokejumper_paths -f';
  if (values === 'folder') return '_smokejumper_paths -d';
  if (values === 'unknown') return ':';
  return `COMPREPLY=($(compgen -W ${quoted(values.join(' '))} -- "$cur"))`;
}

/** Options whose values can be completed: `--v8 | -x) …` */
function optionCases({ options }: CommandWords): string[] {
  return options.flatMap(({ names, value }) =>
    value === null ? [] : [`        ${names.join(' | ')}) ${reply(value)}; return ;;`],
  );
}

function commandCase(command: CommandWords): string[] {
  const { words, options, values } = command;
  const cases = optionCases(command);
  return [
    `    ${quoted(words.join(' '))})`,
    ...(cases.length > 0 ? ['      case $prev in', ...cases, '      esac'] : []),
    '      if [[ $cur == -* ]]; then',
    `        ${reply(options.flatMap(({ names }) => names))}`,
    `      else ${reply(values)}`,
    '      fi',
    '      ;;',
  ];
}

/** For bash 3.2 and later, with or without bash-completion. */
export function bashCompletion(): string {
  const family = ([first, seconds]: readonly [string, readonly string[]]) => `\
    ${first})
      if ((COMP_CWORD == 2)); then ${reply([...seconds, '--help'])}; return; fi
      command="$command \${COMP_WORDS[2]}"
      ;;`;
  return `\
# Completion of smokejumper for bash, made by: smokejumper completion bash
# shellcheck disable=SC2207 # no word of these lists has a blank
_smokejumper_paths() {
  # Names with blanks stay whole.
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$cur")
  type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
}
_smokejumper() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]}
  # To readline --format=pprof is three words.
  if [[ $cur == "=" ]]; then cur=; elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    ${reply([...firstWords(), '--help', '--version'])}
    return
  fi
  case $command in
${[...families()].map(family).join('\n')}
  esac
  case $command in
${completed().flatMap(commandCase).join('\n')}
  esac
}
complete -F _smokejumper smokejumper
`;
}
