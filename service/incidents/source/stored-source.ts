import type { ReportSource } from '../../report/source/source-data.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { keptJson } from '../files/kept-file.ts';
import type { IncidentStore } from '../store-port.ts';

export const SOURCE_FILE = 'source.json';

/** What was asked and answered so far; null where nothing was asked. Without the file the rest can still be shown. */
export function storedSource(store: IncidentStore, id: IncidentId): Promise<ReportSource | null> {
  return keptJson(store, id, SOURCE_FILE);
}

export async function storeSource(store: IncidentStore, id: IncidentId, source: ReportSource): Promise<void> {
  const text = `${JSON.stringify(source)}\n`;
  await store.putFile(id, SOURCE_FILE, 'application/json; charset=utf-8', new TextEncoder().encode(text));
}
