/** Careful reading of parsed JSON from outside: every doubt becomes an `AppError` that names the place. */
import { AppError } from '../../shared/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(format: string, place: string, wanted: string): AppError {
  return new AppError('PROFILE_INVALID', `This ${format} is damaged: ${place} is not ${wanted}.`);
}

/** Reads fields of one format; `place` names them in errors: `nodes[3].callFrame`. */
export class JsonReader {
  private readonly format: string;

  constructor(format: string) {
    this.format = format;
  }

  object(value: unknown, place: string): JsonObject {
    if (!isObject(value)) throw wrong(this.format, place, 'an object');
    return value;
  }

  array(value: unknown, place: string): readonly unknown[] {
    if (!Array.isArray(value)) throw wrong(this.format, place, 'a list');
    return value;
  }

  number(value: unknown, place: string): number {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(this.format, place, 'a number');
    return value;
  }

  /** A whole number from 0 up to, not including, `end`. */
  index(value: unknown, end: number, place: string): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= end) {
      throw wrong(this.format, place, `a whole number below ${end}`);
    }
    return value;
  }

  text(value: unknown): string {
    return typeof value === 'string' ? value : '';
  }

  fault(place: string, wanted: string): AppError {
    return wrong(this.format, place, wanted);
  }
}
