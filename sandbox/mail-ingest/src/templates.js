import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a customer may be called; a name becomes a file name. */
const CUSTOMER = /^[a-z0-9-]{1,40}$/;
const PLAIN = '<html><body>{{mail}}</body></html>';

/** The customers' templates in the spool folder, which all workers share; each worker caches what it has read. */
export class Templates {
  #folder;
  #cache = new Map();

  constructor(spool) {
    this.#folder = join(spool, 'templates');
  }

  async put(customer, html) {
    const path = this.#path(customer);
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, `.${customer}.${process.pid}`);
    await writeFile(draft, html);
    await rename(draft, path);
  }

  /** The mail set into the template of its customer. */
  async render(customer, mail) {
    const template = await this.#read(customer);
    return template.replace('{{mail}}', () => mail);
  }

  async #read(customer) {
    const found = await stat(this.#path(customer)).catch(() => null);
    if (!found) return PLAIN;
    const cached = this.#cache.get(customer);
    if (cached?.ino === found.ino && cached.mtimeMs === found.mtimeMs) return cached.html;
    const html = await readFile(this.#path(customer), 'utf8');
    this.#cache.set(customer, { ino: found.ino, mtimeMs: found.mtimeMs, html });
    return html;
  }

  #path(customer) {
    if (!CUSTOMER.test(customer)) throw Object.assign(new Error('no such customer'), { status: 400 });
    return join(this.#folder, `${customer}.html`);
  }
}
