/** Timers of the sandbox's background work: they end at once when it closes and then never fire. */
export class Timers {
  private readonly waiting = new Map<NodeJS.Timeout, (open: boolean) => void>();
  private isClosed = false;

  get closed(): boolean {
    return this.isClosed;
  }

  /** Resolves after `milliseconds` with true, or at once with false when the sandbox closes. */
  wait(milliseconds: number): Promise<boolean> {
    if (this.isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.delete(timer);
        resolve(true);
      }, milliseconds);
      this.waiting.set(timer, resolve);
    });
  }

  close(): void {
    this.isClosed = true;
    for (const [timer, resolve] of this.waiting) {
      clearTimeout(timer);
      resolve(false);
    }
    this.waiting.clear();
  }
}
