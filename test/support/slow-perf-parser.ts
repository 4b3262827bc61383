/**
 * `perf script` text in its usual form, read line by line with one regular expression each: slow, and short enough to be
 * seen to be right. Returns the folded stacks of all events together, counts of samples, and knows no traps.
 */
export function parseSlowly(text: string): Map<string, number> {
  const stacks = new Map<string, number>();
  for (const block of text.split('\n\n')) {
    const [header = '', ...lines] = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const comm = /^(.*?) +\d+(?:\/\d+)? +(?:\[\d+\] +)?\d+\.\d+: +(?:\d+ )?\S+: *$/.exec(header)?.[1];
    if (comm === undefined) continue;
    const frames = lines.map((line) => {
      const [, symbol = '', dso = ''] = /^\s+[0-9a-f]+ (.*?) \(((?:[/[]|inlined).*)\)$/.exec(line) ?? [];
      const file = dso.replace(/ \(deleted\)$/, '').replace(/^.*\//, '');
      return symbol === '[unknown]'
        ? `[${file.replace(/^\[unknown\]$/, 'unknown')}]`
        : symbol.replace(/\+0x[0-9a-f]+$/, '');
    });
    const stack = [comm.replace(/ /g, '_'), ...frames.reverse()].join(';');
    stacks.set(stack, (stacks.get(stack) ?? 0) + 1);
  }
  return stacks;
}
