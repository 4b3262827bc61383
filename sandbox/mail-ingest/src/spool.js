import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a customer may be called; a name becomes a file name. */
const CUSTOMER = /^[a-z0-9-]{1,40}$/;

/** The kinds of things that customers set, each a folder of the spool. */
export const KINDS = ['templates', 'contacts', 'rules', 'conversations'];

/** What the customers have set, as files in a folder that all workers share. */
export class Spool {
  #folder;
  #cache = new Map();

  constructor(folder) {
    this.#folder = folder;
  }

  async put(kind, customer, text) {
    const path = this.#path(kind, customer);
    await mkdir(join(this.#folder, kind), { recursive: true });
    const draft = join(this.#folder, kind, `.${customer}.${process.pid}`);
    await writeFile(draft, text);
    await rename(draft, path);
  }

  /** The text as it is now; null when the customer has set nothing. */
  async read(kind, customer) {
    return readFile(this.#path(kind, customer), 'utf8').catch(() => null);
  }

  /** What `parse` makes of the text, kept until the text changes; null when the customer has set nothing. */
  async parsed(kind, customer, parse) {
    const path = this.#path(kind, customer);
    const found = await stat(path).catch(() => null);
    if (!found) return null;
    const cached = this.#cache.get(path);
    if (cached?.ino === found.ino && cached.mtimeMs === found.mtimeMs) return cached.value;
    const value = parse(await readFile(path, 'utf8'));
    this.#cache.set(path, { ino: found.ino, mtimeMs: found.mtimeMs, value });
    return value;
  }

  #path(kind, customer) {
    if (!CUSTOMER.test(customer)) throw Object.assign(new Error('no such customer'), { status: 400 });
    return join(this.#folder, kind, customer);
  }
}
