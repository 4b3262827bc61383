import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCache } from '../incidents/files/analysis-port.ts';
import type { Log } from '../shared/log.ts';

/** An entry begins with the SHA-256 of its content, in hex, and a line end. */
const HEAD = 65;

interface Entry {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Files of `folder`, together at most `maxBytes`: the least recently used go. Asynchronous throughout, since it serves
 * requests. An entry is whole or absent; a disk that fails means no cache, and nothing else.
 */
export class CacheFolder implements FileCache {
  private readonly folder: string;
  private readonly maxBytes: number;
  private readonly log: Log;
  /** By name, the least recently used first. */
  private readonly entries = new Map<string, Entry>();
  private total = 0;
  private opened: Promise<void> | undefined;
  private hasFailed = false;

  constructor(folder: string, maxBytes: number, log: Log) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.log = log;
  }

  async get(key: string) {
    try {
      await this.open();
      const name = await digest(key);
      const path = join(this.folder, name);
      const stored = await readFile(path);
      const content = stored.subarray(HEAD);
      const hash = await digest(content);
      if (stored.toString('latin1', 0, HEAD) !== `${hash}\n`) {
        await this.remove(name);
        return undefined;
      }
      this.note({ name, bytes: stored.length });
      const now = new Date();
      await utimes(path, now, now);
      return { content, hash };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.failed(error);
      return undefined;
    }
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    const bytes = content.length + HEAD;
    if (bytes > this.maxBytes) return;
    try {
      const name = await digest(key);
      const whole = [Buffer.from(`${await digest(content)}\n`), content] as const;
      await this.write(name, whole).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        // Somebody removed the folder, as he may: it is made anew.
        this.opened = undefined;
        return this.write(name, whole);
      });
      this.note({ name, bytes });
      await this.shrink();
      this.hasFailed = false;
    } catch (error) {
      this.failed(error);
    }
  }

  private async write(name: string, parts: readonly Uint8Array[]): Promise<void> {
    await this.open();
    const temporary = join(this.folder, `${randomUUID()}.tmp`);
    try {
      await writeFile(temporary, parts, { mode: 0o600 });
      await rename(temporary, join(this.folder, name));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** What the last process left. */
  private open(): Promise<void> {
    this.opened ??= this.list().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async list(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const found: (Entry & { readonly usedAtMs: number })[] = [];
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      if (name.endsWith('.tmp')) await rm(path, { force: true });
      const facts = await stat(path).catch(() => undefined);
      if (facts?.isFile()) found.push({ name, bytes: facts.size, usedAtMs: facts.mtimeMs });
    }
    this.entries.clear();
    this.total = 0;
    for (const entry of found.sort((a, b) => a.usedAtMs - b.usedAtMs)) this.note(entry);
    await this.shrink();
  }

  private note({ name, bytes }: Entry): void {
    this.total += bytes - (this.entries.get(name)?.bytes ?? 0);
    this.entries.delete(name);
    this.entries.set(name, { name, bytes });
  }

  private async shrink(): Promise<void> {
    for (const { name } of this.entries.values()) {
      if (this.total <= this.maxBytes) return;
      await this.remove(name);
    }
  }

  private async remove(name: string): Promise<void> {
    this.total -= this.entries.get(name)?.bytes ?? 0;
    this.entries.delete(name);
    await rm(join(this.folder, name), { force: true });
  }

  /** Said once until it works again: each request for a file would say it. */
  private failed(error: unknown): void {
    if (!this.hasFailed)
      this.log.warn({ err: error }, 'the cache of made files cannot be used; they are made each time');
    this.hasFailed = true;
  }
}

/** In a thread of its own: a graph has megabytes. */
async function digest(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  // Sound: what is shared between threads never comes here.
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');
}
