import { spawnSync } from 'node:child_process';

const trial = spawnSync('perf', ['record', '-e', 'cpu-clock', '-a', '-o', '/dev/null', '--', 'true'], {
  stdio: 'ignore',
});

/** For `test(…, { skip })`: says loudly why perf cannot be used here. */
export const SKIP_PERF: string | false =
  trial.error !== undefined
    ? 'perf is not installed (apt-get install linux-perf)'
    : trial.status !== 0
      ? 'perf may not record system-wide here (root is needed)'
      : false;
