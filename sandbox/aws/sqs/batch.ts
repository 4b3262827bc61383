import { AwsFault } from '../aws-fault.ts';
import type { Fields } from '../fields.ts';
import type { Output } from '../operation.ts';
import { refused } from './faults.ts';

const MAX_ENTRIES = 10;

/** Up to ten entries, each with its own outcome. Throws when the batch itself is at fault. */
export function batched(input: Fields, one: (entry: Fields) => Output): Output {
  const entries = input.list('Entries');
  const ids = entries.map((entry) => entry.needText('Id'));
  if (entries.length === 0) throw fault('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_ENTRIES) {
    throw fault('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MAX_ENTRIES}.`);
  }
  if (new Set(ids).size < ids.length) throw fault('BatchEntryIdsNotDistinct', 'Two or more entries have the same Id.');
  const outcomes = entries.map((entry, index) => outcome(ids[index] ?? '', entry, one));
  return {
    Successful: outcomes.filter((each) => !('Code' in each)),
    Failed: outcomes.filter((each) => 'Code' in each),
  };
}

function outcome(id: string, entry: Fields, one: (entry: Fields) => Output): Output {
  try {
    return { Id: id, ...one(entry) };
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return { Id: id, SenderFault: error.status < 500, Code: error.code, Message: error.message };
  }
}

const fault = (shape: string, message: string) => refused(`AWS.SimpleQueueService.${shape}`, message, shape);
