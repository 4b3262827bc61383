import { type CommandWords, completed, families, type OptionWords, type Values } from './words.ts';

/** Within single quotes of fish. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function values(of: Values): string {
  if (of === 'file') return ' -F';
  if (of === 'folder') return " -a '(__fish_complete_directories)'";
  return of === 'unknown' ? '' : ` -a ${quoted(of.join(' '))}`;
}

/** Both words of a command of two, or its only one. */
function condition(words: readonly string[]): string {
  return quoted(words.map((word, i) => `__smokejumper_word ${i + 1} ${word}`).join('; and '));
}

function optionLine(where: string, { names, help, value }: OptionWords): string {
  const spelled = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const taken =
    value === null ? '' : ` -x${values(value).replace(' -F', " -a '(__fish_complete_path (commandline -ct))'")}`;
  return `complete -c smokejumper -n ${where} ${spelled.join(' ')}${taken} -d ${quoted(help)}`;
}

function commandLines({ words, options, values: behind }: CommandWords): string[] {
  const where = condition(words);
  return [
    ...options.map((option) => optionLine(where, option)),
    ...(behind === 'unknown' ? [] : [`complete -c smokejumper -n ${where}${values(behind)}`]),
  ];
}

export function fishCompletion(): string {
  const all = completed();
  const first = [
    ...all.flatMap(({ words, help }) => (words.length === 1 ? [[words[0] ?? '', help] as const] : [])),
    ...[...families()].map(([word, seconds]) => [word, seconds.join(', ')] as const),
  ];
  return `${[
    '# Completion of smokejumper for fish, made by `smokejumper completion fish`.',
    'function __smokejumper_word -a place word',
    '    set -l words (commandline -opc)',
    '    set -l at (math $place + 1)',
    '    test (count $words) -ge $at; and test $words[$at] = $word',
    'end',
    'function __smokejumper_words -a count',
    '    test (count (commandline -opc)) -eq $count',
    'end',
    'complete -c smokejumper -f',
    ...first.map(
      ([word, help]) => `complete -c smokejumper -n '__smokejumper_words 1' -a ${quoted(word)} -d ${quoted(help)}`,
    ),
    ...all.flatMap(({ words: [word = '', second], help }) =>
      second === undefined
        ? []
        : [
            `complete -c smokejumper -n '__smokejumper_words 2; and __smokejumper_word 1 ${word}' ` +
              `-a ${quoted(second)} -d ${quoted(help)}`,
          ],
    ),
    ...all.flatMap(commandLines),
  ].join('\n')}\n`;
}
