import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClients } from '../../aws/clients.ts';
import type { Config } from '../../config.ts';
import { reporting } from '../../engine.ts';
import { withMail } from '../../incidents/files/raw-mail.ts';
import { createQueries, type IncidentQueries } from '../../incidents/queries.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import { silentLog } from '../../shared/log.ts';

/** Of one incident, whose files are made at once. */
const CACHE_MB = 1000;

/**
 * What pages may ask, with files made in threads of our own; the cache of the service is its own, and this one is gone
 * in the end.
 */
export async function withFiles<T>(
  config: Config,
  store: IncidentStore,
  work: (queries: IncidentQueries) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'smokejumper-incident-'));
  const url = config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`;
  // A mail whose words are lost is written anew, but not into a database that is only looked at.
  const looking: IncidentStore = { ...store, putFile: async () => undefined };
  // No call is made with the clients: a mail is only composed.
  const clients = createClients(config.AWS_REGION);
  const parts = reporting({ ...config, DATA_DIR: folder, CACHE_MB }, clients, looking, silentLog, () => url);
  try {
    return await work(
      createQueries(looking, {
        source: config.SOURCE_EXCERPTS !== 'off',
        files: withMail(parts.files, looking, parts.rawMail),
      }),
    );
  } finally {
    parts.close();
    await rm(folder, { recursive: true, force: true });
  }
}
