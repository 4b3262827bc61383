import type { Family } from './prometheus-text.ts';

/** The process itself, under the names that Prometheus' own clients use. */
export function processMetrics(version: string, longestHoldMs: () => number): () => Family[] {
  const startedAt = Date.now() / 1000 - process.uptime();
  const gauge = (name: string, help: string, value: number): Family => ({
    name,
    help,
    type: 'gauge',
    samples: [{ value }],
  });
  return () => {
    const { user, system } = process.cpuUsage();
    return [
      {
        name: 'smokejumper_build_info',
        help: 'Always 1; the labels say which version is running.',
        type: 'gauge',
        samples: [{ labels: { version, node: process.version }, value: 1 }],
      },
      gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', startedAt),
      gauge('process_resident_memory_bytes', 'Resident memory of the process.', process.memoryUsage.rss()),
      {
        name: 'process_cpu_seconds_total',
        help: 'CPU time used by the process.',
        type: 'counter',
        samples: [{ value: (user + system) / 1e6 }],
      },
      gauge(
        'nodejs_eventloop_lag_max_seconds',
        'Longest delay of the event loop within the last minute: for so long no page and no SNS was served.',
        longestHoldMs() / 1000,
      ),
    ];
  };
}
