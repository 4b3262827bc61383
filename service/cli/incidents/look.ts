/** What the three commands share: the store of DATA_DIR, which they only look at, and an incident of it by its id. */
import { openStoreToLook } from '../../compose.ts';
import { type Config, readConfig } from '../../config.ts';
import type { IncidentRow } from '../../incidents/incident-row.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { quoted } from '../../shared/text/untrusted.ts';

export async function withStore(work: (store: IncidentStore, config: Config) => Promise<number>): Promise<number> {
  const config = readConfig(process.env, { topics: 'optional' });
  const { db, store } = openStoreToLook(config);
  try {
    return await work(store, config);
  } finally {
    db.close();
  }
}

const LATEST = 'latest';

/** Throws `NO_INCIDENT`, `INCIDENT_PRUNED`. */
export async function incidentCalled(store: IncidentStore, id: string): Promise<IncidentRow> {
  // An id is only ever a bound parameter of a query: any string is safe.
  const row = id === LATEST ? (await store.list({ limit: 1 })).rows[0] : await store.row(id as IncidentId);
  if (row !== undefined) return row;
  const pruned = await store.pruned(id as IncidentId);
  if (pruned === undefined) {
    const message = id === LATEST ? 'There is no incident yet.' : `There is no incident ${quoted(id)}.`;
    throw new AppError('NO_INCIDENT', message, { hint: 'smokejumper incidents list has those that there are.' });
  }
  throw new AppError(
    'INCIDENT_PRUNED',
    `The incident ${quoted(id)} of ${formatUtc(pruned.openedAtMs)} was deleted on ${formatUtc(pruned.prunedAtMs)}: ` +
      `${pruned.headline ?? pruned.alarmName}.`,
    { hint: 'RETENTION_DAYS and RETENTION_MB say how long incidents are kept.' },
  );
}
