import { columns, cutEnd } from '../../shared/text/terminal-width.ts';
import { visible } from '../../shared/text/untrusted.ts';

/** Lines of at most `width` columns, each behind `indent`; the first one behind `lead`, where that is given. */
export function wrap(text: string, indent: string, width: number, lead = indent): string[] {
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const part of visible(text).split(' ')) {
    const word = cutEnd(part, width - columns(indent));
    if (!isEmpty && columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
