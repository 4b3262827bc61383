import type { IncidentId } from '../../shared/ids.ts';
import type { MailPort } from '../ports.ts';
import type { IncidentStore, SettledDelivery, StoredFile } from '../store-port.ts';
import type { FileCache } from './analysis-port.ts';
import type { IncidentFiles } from './incident-files.ts';
import { keptFile } from './kept-file.ts';
import { MAIL_FILE } from './made-names.ts';
import { type MailDeps, mailParts } from './mail-parts.ts';
import { MAIL_DOMAIN, mailThread } from './mail-thread.ts';

const RAW_MAIL = 'mail.eml';

export interface RawMailDeps extends MailDeps {
  readonly mail: Pick<MailPort, 'compose'>;
  readonly cache: FileCache;
  /** In hex. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly version: string;
}

/** The mail of an incident as it is sent. All recipients stand in its header; each gets it for himself. */
export type RawMail = (id: IncidentId, to: readonly string[], signal?: AbortSignal) => Promise<StoredFile>;

/** Those of an outbox who get the report, in the order in which they were put there. */
export function mailedTo(rows: readonly SettledDelivery[]): readonly string[] {
  return rows.filter(({ kind, channel }) => kind === 'report' && channel === 'mail').map(({ recipient }) => recipient);
}

/**
 * Composed of `mail.json` and what is made again: not kept, since the same words, graphs, date and recipients give the
 * same bytes. Those who ask at the same time share one composition.
 */
export function rawMail(deps: RawMailDeps): RawMail {
  const underWay = new Map<string, Promise<StoredFile>>();
  return (id, to, signal) => {
    const asked = JSON.stringify([id, to]);
    const running = underWay.get(asked);
    if (running !== undefined) return running;
    const composing = cachedOrComposed(deps, id, to, signal).finally(() => underWay.delete(asked));
    underWay.set(asked, composing);
    return composing;
  };
}

async function cachedOrComposed(
  deps: RawMailDeps,
  id: IncidentId,
  to: readonly string[],
  signal: AbortSignal | undefined,
): Promise<StoredFile> {
  const contentType = 'message/rfc822';
  const key = await keyOf(deps, id, to);
  const cached = key === null ? undefined : await deps.cache.get(key);
  if (cached !== undefined) return { ...cached, contentType };
  const parts = await mailParts(deps, id, signal);
  const report = await deps.store.report(id);
  const content = await deps.mail.compose({
    ...parts,
    to,
    messageId: `${id}@${MAIL_DOMAIN}`,
    ...(report && { thread: mailThread((report.second?.of ?? id) as IncidentId, report, deps.sha256) }),
    atMs: report?.generatedAtMs ?? 0,
  });
  // The words may have been written anew.
  const written = await keyOf(deps, id, to);
  if (written !== null) await deps.cache.put(written, content);
  return { content, contentType, hash: deps.sha256(content) };
}

/** The same files, and `mail.eml` of an incident that was mailed. */
export function withMail(files: IncidentFiles, store: IncidentStore, composed: RawMail): IncidentFiles {
  return {
    ...files,
    async files(id) {
      const listed = await files.files(id);
      const isMade = mailedTo(await store.deliveries(id)).length > 0 && !listed.some(({ name }) => name === RAW_MAIL);
      return isMade ? [...listed, { name: RAW_MAIL, bytes: null }].sort((a, b) => (a.name < b.name ? -1 : 1)) : listed;
    },
    async file(id, name, options) {
      const kept = await files.file(id, name, options);
      if (kept !== undefined || name !== RAW_MAIL) return kept;
      const to = mailedTo(await store.deliveries(id));
      return to.length > 0 ? composed(id, to, options?.signal) : undefined;
    },
  };
}

/** Follows from the words and the recipients; null where the words are lost. */
async function keyOf({ store, sha256, version }: RawMailDeps, id: IncidentId, to: readonly string[]) {
  const words = await keptFile(store, id, MAIL_FILE);
  const facts = new TextEncoder().encode(JSON.stringify([words?.hash, to]));
  return words === undefined ? null : `${version} ${id} ${RAW_MAIL} ${sha256(facts)}`;
}
