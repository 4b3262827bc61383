/** Events of a perf recording: names without modifiers, and which of several is the one about CPU time. */

/**
 * Events of a core's own counters, of which a machine may have several kinds: `cpu_core/cycles/P`,
 * `cpu_atom/cycles:u/`, `armv8_cortex_a76/cpu_cycles/`, `apple_firestorm_pmu/cycles/`. Those of what cores share
 * (`uncore_…`) are others.
 */
const OF_A_CORE = /^(?:cpu(?:_\w+)?|armv\d\w*|apple_\w+)\/([^/,:]+)[^/]*\/\w*$/;

/** `cpu-clock:ppp`, `cpu_core/cycles/P`, `cycles:uhH` → what is counted. Tracepoints `kmem:kmalloc` keep both parts. */
export function eventName(printed: string): string {
  const name = OF_A_CORE.exec(printed)?.[1] ?? printed.replace(/:[ukhGHpPSDWeb]+$/, '');
  // ARM's name of cycles.
  return name === 'cpu_cycles' ? 'cycles' : name;
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
