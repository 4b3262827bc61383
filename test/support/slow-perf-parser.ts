import { parse } from './perf-text.ts';

/**
 * `perf script` text in its usual form, read line by line with one regular expression each: slow, and short enough to
 * be seen to be right. Returns the folded stacks of all events together, counts of samples, and knows no traps.
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

/** Stacks, as raw frame texts before any tidying, of which the fast parser counts another number than the slow one. */
export function stacksThatDiffer(text: string): string[] {
  const profile = parse(text, { dropIdle: false });
  const fast = new Map<string, number>();
  for (let row = 0; row < profile.samples.length; row++) {
    const stack = [];
    for (let node = profile.samples.node[row] as number; node > 0; node = profile.tree.parent[node] as number) {
      stack.push(profile.frames.symbol[profile.tree.frame[node] as number]);
    }
    const comm = profile.threads[profile.samples.thread[row] as number]?.name.replaceAll(' ', '_');
    const key = [comm, ...stack.reverse()].join(';');
    fast.set(key, (fast.get(key) ?? 0) + 1);
  }
  const slow = new Map(parseSlowly(text));
  return [...new Set([...fast.keys(), ...slow.keys()])].filter((stack) => fast.get(stack) !== slow.get(stack));
}
