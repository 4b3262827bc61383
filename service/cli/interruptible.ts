/** Work that ended because of a signal: what it threw, and the exit code, as shells give it: 128 and the signal. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(cause: unknown, exitCode: number) {
    super('interrupted', { cause });
    this.name = 'Interruption';
    this.exitCode = exitCode;
  }
}

/**
 * Work that Ctrl-C or SIGTERM ends in order: the signal that it is given aborts, and the exit code tells of it, whether
 * the work then ends or throws. A second one ends the process at once.
 */
export async function interruptible(work: (stop: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  let exitCode = 0;
  const end = (_name: NodeJS.Signals, number: number) => {
    exitCode = 128 + number;
    process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
    stop.abort();
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    const code = await work(stop.signal);
    return exitCode === 0 ? code : exitCode;
  } catch (error) {
    throw exitCode === 0 ? error : new Interruption(error, exitCode);
  } finally {
    process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
  }
}
