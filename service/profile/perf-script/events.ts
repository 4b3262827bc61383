/** Events of a perf recording: names without modifiers, and which of several is the one about CPU time. */

/** `cpu-clock:ppp`, `cpu_core/cycles/P`, `cycles:uhH` → what is counted. Tracepoints `kmem:kmalloc` keep both parts. */
export function eventName(printed: string): string {
  const pmu = /^cpu(?:_core|_atom)?\/([^/,]+)[^/]*\/\w*$/.exec(printed);
  if (pmu !== null) return pmu[1] as string;
  return printed.replace(/:[ukhGHpPSDWeb]+$/, '');
}

/** Events about CPU time, best first. */
const CPU_EVENTS = ['cpu-clock', 'cycles', 'cpu-cycles', 'task-clock', 'ref-cycles', 'instructions'];

/** The event to draw: by name, then by number of samples, then by alphabet. Never simply the first of the text. */
export function chooseEvent(samplesByEvent: ReadonlyMap<string, number>): string | undefined {
  for (const name of CPU_EVENTS) if ((samplesByEvent.get(name) ?? 0) > 0) return name;
  return [...samplesByEvent].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}

/** Periods of these events are nanoseconds. */
export function isClock(event: string): boolean {
  return event === 'cpu-clock' || event === 'task-clock';
}
