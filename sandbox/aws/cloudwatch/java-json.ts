/** A number that CloudWatch, a Java program, prints as a double: `15.0`, `1.0E10`. */
export class JavaDouble {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** `Double.toString` of Java: always a fraction, exponents outside 10⁻³ … 10⁷. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

type Json =
  | string
  | number
  | boolean
  | null
  | JavaDouble
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Compact JSON that keeps doubles as Java prints them; absent members are left out. */
export function javaJson(value: Json): string {
  if (value instanceof JavaDouble) return javaDouble(value.value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(javaJson).join(',')}]`;
  const members = Object.entries(value).flatMap(([key, held]) =>
    held === undefined ? [] : [`${JSON.stringify(key)}:${javaJson(held)}`],
  );
  return `{${members.join(',')}}`;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
