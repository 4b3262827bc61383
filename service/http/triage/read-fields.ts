import type { Request } from 'express';
import type { Fields } from '../../incidents/triage/change.ts';
import { readBody } from '../read-body.ts';
import { Refusal } from './refusal.ts';

/** The longest note in a form, each of its characters as three bytes in percent signs, and room for the rest. */
const BODY_LIMIT = 64 * 1024;

const TYPES = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const;

/** What a form or a program sent. Throws `Refusal`, `BodyFault`. */
export async function readFields(req: Request, sends: keyof typeof TYPES): Promise<Fields> {
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== TYPES[sends]) throw new Refusal(415, `This address takes ${TYPES[sends]} only.`);
  const body = await readBody(req, BODY_LIMIT);
  return sends === 'form' ? Object.fromEntries(new URLSearchParams(body)) : fromJson(body);
}

function fromJson(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Refusal(400, 'The body is not a JSON object.');
}
