import type { ReportSource } from '../../report/source/source-data.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { IncidentStore } from '../store-port.ts';

export const SOURCE_FILE = 'source.json';

/** What was asked and answered so far; null where nothing was asked. Without the file the rest can still be shown. */
export async function storedSource(store: IncidentStore, id: IncidentId): Promise<ReportSource | null> {
  try {
    const file = await store.file(id, SOURCE_FILE);
    return file ? (JSON.parse(new TextDecoder().decode(file.content)) as ReportSource) : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof AppError && error.code === 'ARTIFACT_MISSING')) return null;
    throw error;
  }
}

export async function storeSource(store: IncidentStore, id: IncidentId, source: ReportSource): Promise<void> {
  const text = `${JSON.stringify(source)}\n`;
  await store.putFile(id, SOURCE_FILE, 'application/json; charset=utf-8', new TextEncoder().encode(text));
}
