import type { Request } from 'express';
import { type Fields, lineOf, readChange, readName, textOf } from '../../incidents/triage/change.ts';
import { readMuteDuration } from '../../incidents/triage/mute-request.ts';
import { TRIAGE_ACTIONS, type TriageAction } from '../../incidents/triage/triage.ts';
import type { TriageCommands } from '../../incidents/triage/triage-commands.ts';
import { RefusalLimit } from '../refusal-limit.ts';
import { readFields } from './read-fields.ts';
import { Refusal } from './refusal.ts';
import { whyForeign } from './same-site.ts';

export interface TriageDeps {
  /** Absent: nobody may change anything. */
  readonly triage?: {
    readonly commands: TriageCommands;
    /** `https://smokejumper.example.com`, where PUBLIC_URL says it. */
    readonly origin: string | null;
  };
}

export type Perform = (req: Request, sends: 'form' | 'json') => Promise<Performed>;

export interface Performed {
  readonly id: string;
  readonly action: string;
  readonly fields: Fields;
}

/**
 * What pages and API share: who may ask, and how often. `whoOf` says under which name; the action `name` is for the
 * caller alone. Throws `Refusal` and what `TriageCommands` throws.
 */
export function performer({ triage }: TriageDeps, whoOf: (req: Request, fields: Fields) => string | null): Perform {
  // As for SNS: sixty at once, then one a second. Nobody works faster by hand.
  const limit = new RefusalLimit(() => performance.now());
  return async (req, sends) => {
    if (triage === undefined) throw new Refusal(403, 'Changes are turned off here (UI_CHANGES=off).');
    const foreign = whyForeign(req.headers, { origin: triage.origin, sends });
    if (foreign !== null) throw new Refusal(403, foreign);
    const address = req.ip ?? '';
    if (limit.isSpent(address)) throw new Refusal(429, 'Too many changes from this address; wait for a minute.');
    limit.count(address);
    const fields = await readFields(req, sends);
    const { id = '', action = '' } = req.params as { id?: string; action?: string };
    if (action !== 'name') await act(triage.commands, { id, action, fields }, readName(whoOf(req, fields) ?? ''));
    return { id, action, fields };
  };
}

async function act(commands: TriageCommands, { id, action, fields }: Performed, by: string): Promise<void> {
  if (isChange(action)) return commands.change(id, readChange(action, fields), by);
  switch (action) {
    case 'mute': {
      const reason = lineOf(fields, 'reason');
      const request = { ms: readMuteDuration(textOf(fields, 'for')), reason: reason === '' ? null : reason };
      await commands.mute(await commands.groupOf(id), request, by);
      return;
    }
    case 'unmute':
      return commands.unmute(await commands.groupOf(id), by);
    case 'delete':
      return commands.delete(id, by);
    default:
      throw new Refusal(404, 'There is no such action.');
  }
}

function isChange(action: string): action is TriageAction {
  return (TRIAGE_ACTIONS as readonly string[]).includes(action);
}
