/** A number that only grows, such as CPU time, as seen at some moments. */
export class CpuSeries {
  readonly #atMs: number[] = [];
  readonly #seconds: number[] = [];

  add(atMs: number, seconds: number): void {
    this.#atMs.push(atMs);
    this.#seconds.push(seconds);
  }

  /** Between two looks the use is taken to be even; before the first it is 0. */
  at(ms: number): number {
    const after = this.#atMs.findIndex((at) => at >= ms);
    if (after < 0) return this.#seconds.at(-1) ?? 0;
    const [t1 = 0, s1 = 0] = [this.#atMs[after], this.#seconds[after]];
    if (after === 0) return ms === t1 ? s1 : 0;
    const [t0 = 0, s0 = 0] = [this.#atMs[after - 1], this.#seconds[after - 1]];
    return s0 + ((s1 - s0) * (ms - t0)) / (t1 - t0);
  }

  between(fromMs: number, toMs: number): number {
    return this.at(toMs) - this.at(fromMs);
  }
}
