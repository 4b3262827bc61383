import type { RuleBook } from '../../rules/rule-book.ts';
import { matchWords, settingWords } from '../../rules-file/rule-words.ts';
import { columns } from '../../shared/text/terminal-width.ts';
import type { Terminal } from '../output/terminal.ts';
import { wrap } from '../output/wrap.ts';

/** Of the names; longer ones are wrapped. */
const MOST_NAME = 24;
const BETWEEN = 2;
const NOTHING = 'nothing: as the defaults';

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** Name, what it matches, what it sets: a rule a row, whose cells are wrapped in the width of the terminal. */
export function rulesTable({ targets, defaults, rules }: RuleBook, { width, style }: Terminal): string {
  const rows = [
    ...targets.map(({ accountId, region, roleArn }) => [
      '(target)',
      `account ${accountId}, region ${region}`,
      `role ${roleArn ?? 'none: the credentials of the service'}`,
    ]),
    ...rules.map(({ name, match, settings }) => [name, matchWords(match), settingWords(settings) || NOTHING]),
    ...(Object.keys(defaults).length === 0 ? [] : [['(defaults)', 'what no rule sets', settingWords(defaults)]]),
  ];
  const names = Math.min(MOST_NAME, Math.max(...rows.map(([name = '']) => columns(name)), 4));
  const cell = Math.floor((width - names - 2 * BETWEEN) / 2);
  const widths = [names, cell, cell];
  const lines = rows.flatMap((row) => {
    const cells = row.map((text, column) => wrap(text, '', widths[column] ?? cell));
    const height = Math.max(...cells.map((list) => list.length));
    return Array.from({ length: height }, (_, line) => lineOf(cells.map((list) => list[line] ?? '')));
  });
  function lineOf(cells: readonly string[]): string {
    return cells
      .map((text, column) => padded(text, widths[column] ?? 0))
      .join(' '.repeat(BETWEEN))
      .trimEnd();
  }
  return [style.bold(lineOf(['rule', 'matches', 'sets'])), ...lines].map((line) => `${line}\n`).join('');
}
