/** Tells the demo in the terminal as it happens: stages with the elapsed time, and a progress bar where one waits. */
export class DemoConsole {
  private readonly startedAt = Date.now();
  /** A terminal, where a line can be written again. */
  readonly live = process.stdout.isTTY === true;
  private barShown = false;

  say(text: string): void {
    this.clearBar();
    process.stdout.write(`${this.elapsed()}  ${text}\n`);
  }

  /** More about what was just said. */
  detail(text: string): void {
    this.clearBar();
    process.stdout.write(`         ${text}\n`);
  }

  /** `share` 0…1. Drawn on a terminal only: a log file gets the stages. */
  bar(label: string, share: number): void {
    if (!this.live) return;
    const width = 32;
    const done = Math.round(Math.min(1, Math.max(0, share)) * width);
    process.stdout.write(`\r${this.elapsed()}  ${label} ${'█'.repeat(done)}${'░'.repeat(width - done)} `);
    this.barShown = true;
  }

  /** A line that the next one replaces; on a terminal only. */
  status(text: string): void {
    if (!this.live) return;
    const columns = process.stdout.columns || 80;
    process.stdout.write(`\r\x1b[2K${`${this.elapsed()}  ${text}`.slice(0, columns - 1)}`);
    this.barShown = true;
  }

  seconds(): number {
    return (Date.now() - this.startedAt) / 1000;
  }

  private clearBar(): void {
    if (this.barShown) process.stdout.write('\r\x1b[2K');
    this.barShown = false;
  }

  private elapsed(): string {
    return `${this.seconds().toFixed(1).padStart(5)} s`;
  }
}
