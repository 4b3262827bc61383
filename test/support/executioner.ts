/** A process that dies at one of its calls. */

export class Dead extends Error {}

/** Counts the calls of all ports; dies at one of them, and from then on nothing that the dead one asks happens. */
export class Executioner {
  calls = 0;
  diedAt: string | null = null;
  /** What goes on in a process ends with it. */
  private readonly life = new AbortController();
  readonly alive: AbortSignal = this.life.signal;
  private readonly at: number;
  private readonly when: 'before' | 'after';

  constructor(at: number, when: 'before' | 'after') {
    this.at = at;
    this.when = when;
  }

  guard<T extends object>(name: string, port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.call(`${name}.${String(key)}`, args, () => member.apply(target, args));
      },
    });
  }

  private call(name: string, args: readonly unknown[], work: () => unknown): unknown {
    if (this.diedAt !== null) throw new Dead();
    if (++this.calls !== this.at) return work();
    this.diedAt = `${this.when} ${name} ${typeof args[1] === 'string' ? args[1] : ''}`.trim();
    if (this.when === 'before') return this.die();
    const done = work();
    return done instanceof Promise ? done.then(() => this.die()) : this.die();
  }

  private die(): never {
    this.life.abort();
    throw new Dead();
  }
}
