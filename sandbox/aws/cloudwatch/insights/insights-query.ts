import { validationFault } from '../faults.ts';

/** A query of Metrics Insights, as an alarm may be on. Order and limit do not matter to an alarm. */
export interface InsightsQuery {
  readonly id: string;
  readonly label: string | undefined;
  readonly expression: string;
  readonly namespace: string;
  readonly metricName: string;
  /** `Average` … */
  readonly statistic: string;
  /** Of SCHEMA: metrics have exactly these dimensions. */
  readonly schema: readonly string[] | undefined;
  readonly conditions: readonly { readonly key: string; readonly isEqual: boolean; readonly value: string }[];
  /** Dimensions; none: all metrics are one series. */
  readonly groupBy: readonly string[];
}

const STATISTIC_OF: Readonly<Record<string, string>> = {
  AVG: 'Average',
  COUNT: 'SampleCount',
  MAX: 'Maximum',
  MIN: 'Minimum',
  SUM: 'Sum',
};
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|!=|[=(),]|[^\s"'=!(),]+)/y;

export const isInsights = (expression: string) => /^\s*SELECT\s/i.test(expression);

/** Reads `SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) GROUP BY InstanceId …`. */
export function parseInsights(id: string, label: string | undefined, expression: string): InsightsQuery {
  const tokens = new Tokens(expression);
  tokens.need('SELECT');
  const statistic = STATISTIC_OF[tokens.word().toUpperCase()];
  if (statistic === undefined) throw tokens.fault();
  tokens.need('(');
  const metricName = tokens.name();
  tokens.need(')');
  tokens.need('FROM');
  const [namespace = '', schema] = source(tokens);
  const conditions: InsightsQuery['conditions'][number][] = [];
  if (tokens.takes('WHERE')) {
    do {
      const key = tokens.name();
      const operator = tokens.word();
      if (operator !== '=' && operator !== '!=') throw tokens.fault();
      conditions.push({ key, isEqual: operator === '=', value: tokens.name() });
    } while (tokens.takes('AND'));
  }
  const groupBy: string[] = [];
  if (tokens.takes('GROUP')) {
    tokens.need('BY');
    do groupBy.push(tokens.name());
    while (tokens.takes(','));
  }
  skipOrder(tokens);
  if (!tokens.isAtEnd) throw tokens.fault();
  return { id, label, expression, namespace, metricName, statistic, schema, conditions, groupBy };
}

function source(tokens: Tokens): readonly [namespace: string, schema?: readonly string[]] {
  if (!tokens.takes('SCHEMA')) return [tokens.name()];
  tokens.need('(');
  const namespace = tokens.name();
  const schema: string[] = [];
  while (tokens.takes(',')) schema.push(tokens.name());
  tokens.need(')');
  return [namespace, schema];
}

function skipOrder(tokens: Tokens): void {
  if (tokens.takes('ORDER')) {
    tokens.need('BY');
    if (STATISTIC_OF[tokens.word().toUpperCase()] === undefined) throw tokens.fault();
    tokens.need('(');
    tokens.need(')');
    if (!tokens.takes('ASC')) tokens.takes('DESC');
  }
  if (tokens.takes('LIMIT') && !/^[1-9]\d*$/.test(tokens.word())) throw tokens.fault();
}

/** Keywords are not case-sensitive, names are. */
class Tokens {
  private readonly text: string;
  private readonly all: readonly string[];
  private next = 0;

  constructor(text: string) {
    this.text = text;
    const found: string[] = [];
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) found.push(match[1] ?? '');
    this.all = found;
  }

  get isAtEnd(): boolean {
    return this.next >= this.all.length;
  }

  takes(keyword: string): boolean {
    const matches = this.all[this.next]?.toUpperCase() === keyword;
    if (matches) this.next++;
    return matches;
  }

  need(keyword: string): void {
    if (!this.takes(keyword)) throw this.fault();
  }

  word(): string {
    const word = this.all[this.next++];
    if (word === undefined) throw this.fault();
    return word;
  }

  /** With or without quotes. */
  name(): string {
    const word = this.word();
    if (/^[=(),]|^!=/.test(word)) throw this.fault();
    return /^["']/.test(word) ? word.slice(1, -1).replace(/\\(.)/gs, '$1') : word;
  }

  fault() {
    return validationFault(`Error in expression '${this.text}': Invalid syntax`);
  }
}
