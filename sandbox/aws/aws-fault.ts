/** An error that AWS would answer. Each protocol writes it in its own form. */
export class AwsFault extends Error {
  /** What a query client sees, e.g. `InvalidParameter`. */
  readonly code: string;
  /** What a JSON client sees, where it differs from the code, e.g. `InvalidParameterValueException`. */
  readonly shape: string;
  readonly status: number;

  constructor(code: string, message: string, options: { readonly status?: number; readonly shape?: string } = {}) {
    super(message);
    this.name = 'AwsFault';
    this.code = code;
    this.shape = options.shape ?? code;
    this.status = options.status ?? 400;
  }
}
