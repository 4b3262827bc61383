/** Threads and processes of a `perf script` text, which by default names the thread only. */
import type { ProfileBuilder } from '../profile-builder.ts';

export interface PerfThread {
  readonly comm: string;
  /** −1 where the header does not say. */
  readonly tid: number;
  /** As the header says; 0 where it does not. */
  readonly printedPid: number;
  /** Also learnt from the maps that its frames lie in; 0 when not known. */
  pid: number;
}

export class PerfThreads {
  readonly list: PerfThread[] = [];
  private readonly ids = new Map<string, number>();

  /** `pid` 0: not known. */
  intern(comm: string, pid: number, tid: number): number {
    const key = `${pid}/${tid} ${comm}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.ids.set(key, this.list.length);
    return this.list.push({ comm, tid, printedPid: pid, pid }) - 1;
  }

  pidOf(thread: number): number {
    return (this.list[thread] as PerfThread).pid;
  }

  /** Learnt from the name of the map that one of its frames lies in. */
  setPid(thread: number, pid: number): void {
    (this.list[thread] as PerfThread).pid = pid;
  }

  isSwapper(thread: number): boolean {
    const { comm, tid } = this.list[thread] as PerfThread;
    return tid === 0 && comm.startsWith('swapper');
  }

  /**
   * Gives the builder all threads, in order. Threads of one pid are one process; where no pid is known, all threads of
   * one name are, as that is all there is to tell them apart.
   */
  addTo(builder: ProfileBuilder): void {
    const processes = new Map<string, number>();
    // A process that runs another program changes its name: the first counts.
    const mains = this.list.filter(({ pid, tid }) => pid === tid).toReversed();
    const names = new Map(mains.map(({ pid, comm }) => [pid, comm]));
    for (const { comm, tid, pid } of this.list) {
      // The kernel's idle threads: one a CPU, all of pid 0.
      const known = pid !== 0 || tid === 0;
      const key = known ? `${pid}` : ` ${comm}`;
      let process = processes.get(key);
      if (process === undefined) {
        const name = (pid === 0 ? undefined : names.get(pid)) ?? comm;
        process = builder.addProcess({
          pid: known ? pid : null,
          name,
          cpuSeconds: null,
          partial: false,
          perfMap: null,
        });
        processes.set(key, process);
      }
      builder.addThread({ process, tid: tid < 0 ? null : tid, name: comm });
    }
  }
}
