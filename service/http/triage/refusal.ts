import { AppError, explain } from '../../shared/errors.ts';
import { BodyFault } from '../read-body.ts';

/** Why a change is not made, as an HTTP status and in words. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const STATUS: Readonly<Record<string, number>> = {
  BAD_CHANGE: 400,
  NO_INCIDENT: 404,
  NO_NOTE: 404,
  CHANGE_CONFLICT: 409,
};

/** Undefined for an error of another kind. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof BodyFault)
    return new Refusal(error.status, `What was sent could not be read: ${error.message}.`);
  const status = error instanceof AppError ? STATUS[error.code] : undefined;
  return status === undefined ? undefined : new Refusal(status, explain(error));
}
