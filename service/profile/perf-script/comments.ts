/** Facts in the comment block that `perf script --header` prints before the samples. */

export interface PerfComments {
  host: string | null;
  cpus: number | null;
  /** Length of the recording. */
  seconds: number | null;
  hz: number | null;
}

export function noComments(): PerfComments {
  return { host: null, cpus: null, seconds: null, hz: null };
}

function positive(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}

/**
 * Takes what one line says, unless an earlier block has said it: `# hostname : vm`, `# nrcpus online : 2`, `# sample
 * duration :   29987.1 ms`.
 */
export function readComment(line: string, facts: PerfComments): void {
  const match = /^# ([a-z][a-z ]*?)\s*: (.*)$/.exec(line.trimEnd());
  if (match === null) return;
  const value = (match[2] as string).trim();
  if (match[1] === 'hostname') facts.host ??= value;
  else if (match[1] === 'nrcpus online') facts.cpus ??= positive(value);
  else if (match[1] === 'sample duration') {
    const ms = positive(/^([\d.]+) ms$/.exec(value)?.[1]);
    facts.seconds ??= ms === null ? null : ms / 1000;
  } else if (match[1] === 'event') {
    // `name = cpu-clock, , type = 1, …, { sample_period, sample_freq } = 99, …, freq = 1`: a period without `freq = 1`.
    if (/\bfreq = 1\b/.test(value)) facts.hz ??= positive(/sample_freq \} = (\d+)/.exec(value)?.[1]);
  } else if (match[1] === 'cmdline') {
    facts.hz ??= positive(/ (?:-F ?|--freq[= ])(\d+)(?: |$)/.exec(value)?.[1]);
  }
}
