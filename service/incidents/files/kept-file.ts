import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { IncidentStore, StoredFile } from '../store-port.ts';

/** Undefined when the incident has no such file, and when it had one that is not in the data folder any more. */
export async function keptFile(store: IncidentStore, id: IncidentId, name: string): Promise<StoredFile | undefined> {
  try {
    return await store.file(id, name);
  } catch (error) {
    if (error instanceof AppError && error.code === 'ARTIFACT_MISSING') return undefined;
    throw error;
  }
}

/** The JSON in it; null where there is none that can be read. Sound where only we write the file. */
export async function keptJson<T>(store: IncidentStore, id: IncidentId, name: string): Promise<T | null> {
  const file = await keptFile(store, id, name);
  try {
    return file ? (JSON.parse(new TextDecoder().decode(file.content)) as T) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
