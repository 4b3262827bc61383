import type { RuleBook } from '../rules/rule-book.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError, explain } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';

export interface WatchedRulesDeps {
  /** As people know it. */
  readonly path: string;
  /** Both throw `AppError`. */
  readonly read: () => Promise<string>;
  readonly parse: (text: string) => RuleBook;
  readonly clock: Clock;
  readonly log: Log;
}

/** The file is small, and on network disks no other sign of a change can be trusted. */
const LOOK_MS = 5_000;
const REFUSED = 'the rules file is refused; the rules of before apply';

/** The rules file while the service runs: read again when it has changed. What cannot be read changes nothing. */
export class WatchedRules {
  readonly #deps: WatchedRulesDeps;
  /** Read last, whether it was understood or not. */
  #text: string;
  #book: RuleBook;
  /** Of the text. */
  #refusal: AppError | null = null;
  /** Why it cannot be read just now. */
  #outage: AppError | null = null;

  private constructor(deps: WatchedRulesDeps, text: string, book: RuleBook) {
    this.#deps = deps;
    this.#text = text;
    this.#book = book;
  }

  /** Throws what reading throws: nothing starts with rules that nobody understands. */
  static async open(deps: WatchedRulesDeps): Promise<WatchedRules> {
    const text = await deps.read();
    return new WatchedRules(deps, text, deps.parse(text));
  }

  /** The newest that could be read. */
  get book(): RuleBook {
    return this.#book;
  }

  /** Why the file as it is now does not apply; null when it does. */
  get fault(): string | null {
    const error = this.#outage ?? this.#refusal;
    return error && explain(error);
  }

  async look(): Promise<void> {
    const text = await this.#read();
    if (text === undefined || text === this.#text) return;
    this.#text = text;
    const { path, log, parse } = this.#deps;
    try {
      this.#book = parse(text);
      this.#refusal = null;
      log.info({ path, rules: this.#book.rules.length }, 'the rules file was read anew');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#refusal = error;
      log.error({ path, err: error }, REFUSED);
    }
  }

  async #read(): Promise<string | undefined> {
    try {
      const text = await this.#deps.read();
      this.#outage = null;
      return text;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (this.#outage === null) this.#deps.log.error({ path: this.#deps.path, err: error }, REFUSED);
      this.#outage = error;
      return undefined;
    }
  }

  /** Looks again and again until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(LOOK_MS, signal);
      if (!signal.aborted) await this.look();
    }
  }
}
