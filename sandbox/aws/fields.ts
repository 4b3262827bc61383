import { AwsFault } from './aws-fault.ts';

/** The error codes a service uses for what any of its operations may refuse. */
export interface Dialect {
  readonly missing: string;
  readonly missingShape?: string;
  readonly invalid: string;
  readonly invalidShape?: string;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * The members of a request, whichever protocol brought them: the query protocol knows only text, JSON and CBOR have
 * types. Every reader throws the service's own `AwsFault` when a member has the wrong type.
 */
export class Fields {
  private readonly members: Members;
  private readonly dialect: Dialect;

  constructor(members: unknown, dialect: Dialect) {
    if (typeof members !== 'object' || members === null || Array.isArray(members)) {
      throw new AwsFault('SerializationException', 'Start of structure expected.');
    }
    this.members = members as Members;
    this.dialect = dialect;
  }

  /** The service's error for a value it does not take. */
  invalid(message: string): AwsFault {
    const { invalid, invalidShape } = this.dialect;
    return new AwsFault(invalid, message, invalidShape ? { shape: invalidShape } : {});
  }

  /** What every service with a query protocol answers to a text that is none of an enumeration. */
  notOneOf(name: string, choices: readonly string[]): AwsFault {
    return new AwsFault(
      'ValidationError',
      `1 validation error detected: Value '${this.text(name)}' at '${lowerFirst(name)}' failed to ` +
        `satisfy constraint: Member must satisfy enum value set: [${choices.join(', ')}]`,
    );
  }

  missing(name: string): AwsFault {
    const { missing, missingShape } = this.dialect;
    return new AwsFault(missing, `The parameter ${name} is required.`, missingShape ? { shape: missingShape } : {});
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.invalid(`${name} must be a string.`);
  }

  needText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw this.missing(name);
    return value;
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw this.invalid(`${name} must be a number.`);
    return number;
  }

  needNumber(name: string): number {
    const value = this.number(name);
    if (value === undefined) throw this.missing(name);
    return value;
  }

  /** A whole number between the two limits. */
  integer(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.number(name);
    if (value === undefined) return undefined;
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      throw this.invalid(
        `1 validation error detected: Value '${value}' at '${lowerFirst(name)}' failed to satisfy constraint: ` +
          `Member must have value between ${minimum} and ${maximum}`,
      );
    }
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw this.invalid(`${name} must be a boolean.`);
  }

  /** JSON sends epoch seconds, the query protocol ISO 8601, CBOR a tagged date. */
  time(name: string): Date | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const date =
      typeof value === 'number' ? new Date(value * 1000) : value instanceof Date ? value : new Date(`${value}`);
    if (Number.isNaN(date.getTime())) throw this.invalid(`${name} must be a timestamp.`);
    return date;
  }

  /** A list of strings; `[]` when absent. */
  texts(name: string): readonly string[] {
    return this.array(name).map((item) => {
      if (typeof item !== 'string') throw this.invalid(`${name} must be a list of strings.`);
      return item;
    });
  }

  numbers(name: string): readonly number[] {
    return this.array(name).map((item) => {
      const number = typeof item === 'string' ? Number(item) : item;
      if (typeof number !== 'number' || !Number.isFinite(number)) throw this.invalid(`${name} must hold numbers.`);
      return number;
    });
  }

  /** A list of structures; `[]` when absent. */
  list(name: string): readonly Fields[] {
    return this.array(name).map((item) => this.child(item, name));
  }

  structure(name: string): Fields | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : this.child(value, name);
  }

  /** The keys of a map member, each with a reader for all values: `input.map('Attributes')?.text(key)`. */
  keys(): readonly string[] {
    return Object.keys(this.members);
  }

  /** Bytes: base64 text in JSON and query, a byte string in CBOR. */
  bytes(name: string): Buffer | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (value instanceof Uint8Array) return Buffer.from(value);
    if (typeof value !== 'string') throw this.invalid(`${name} must be a blob.`);
    return Buffer.from(value, 'base64');
  }

  private child(value: unknown, name: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.invalid(`${name} must be a structure.`);
    }
    return new Fields(value, this.dialect);
  }

  private array(name: string): readonly unknown[] {
    const value = this.get(name);
    // An empty list of the query protocol arrives as `Name=`.
    if (value === undefined || value === '') return [];
    if (!Array.isArray(value)) throw this.invalid(`${name} must be a list.`);
    return value;
  }

  private get(name: string): unknown {
    const value = Object.hasOwn(this.members, name) ? this.members[name] : undefined;
    return value === null ? undefined : value;
  }
}

function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
