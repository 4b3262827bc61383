/** The value that an alarm holds against its threshold: a metric, or an expression over metrics and expressions. */
import { evaluate, type Figure } from './evaluate.ts';
import { growingWith, type Influence, unknownFrom } from './influence.ts';
import { influenceOf } from './influence-of.ts';
import { parseMetricMath } from './parse.ts';
import { around, type Range } from './range.ts';
import { type MathNode, MetricMathError } from './tree.ts';

export interface AlarmQueries {
  /** By their id, with the bounds of their figures. */
  readonly metrics: ReadonlyMap<string, Range>;
  readonly expressions: readonly { readonly id: string; readonly text: string }[];
  /** Whose data the alarm looks at (`ReturnData`); may be empty where a message does not tell. */
  readonly returned: readonly string[];
}

/** How the metrics move the value of an alarm. */
export function influenceOnAlarm({ metrics, expressions, returned }: AlarmQueries): Influence {
  const ofMetrics = new Map([...metrics].map(([id, range]) => [id, ofMetric(id, range)]));
  const { trees, faults } = readAll(expressions);
  const byId = resolve(ofMetrics, trees, (node, known) => influenceOf(node, { metrics: ofMetrics, byId: known }));
  for (const [id, fault] of faults) byId.set(id, unknownFrom([...ofMetrics.values()], fault));
  const parts = valueIds(returned, metrics, trees, faults).map(
    (id) => byId.get(id) ?? unknownFrom([...ofMetrics.values()], 'its expressions refer to each other in a circle'),
  );
  return growingWith(parts, around(parts.map(({ range }) => range)));
}

/** The value of an alarm whose metrics stand at these figures; undefined where it is not one known number. */
export function valueAt(
  queries: Omit<AlarmQueries, 'metrics'>,
  figures: ReadonlyMap<string, number>,
): number | undefined {
  const { trees, faults } = readAll(queries.expressions);
  const byId = resolve<Figure>(figures, trees, (node, known) => evaluate(node, { metrics: figures, byId: known }));
  const [id, ...more] = valueIds(queries.returned, figures, trees, faults);
  const value = id === undefined || more.length > 0 ? undefined : byId.get(id);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function ofMetric(id: string, range: Range): Influence {
  return { range, directions: new Map([[id, 1]]), unsaid: [] };
}

function readAll(expressions: AlarmQueries['expressions']) {
  const trees = new Map<string, MathNode>();
  const faults = new Map<string, string>();
  for (const { id, text } of expressions) {
    try {
      trees.set(id, parseMetricMath(text));
    } catch (error) {
      if (!(error instanceof MetricMathError)) throw error;
      faults.set(id, `${JSON.stringify(text.slice(0, 80))} cannot be read: ${error.message}`);
    }
  }
  return { trees, faults };
}

/** Each expression after those that it refers to; those in a circle are left out. */
function resolve<T>(
  given: ReadonlyMap<string, T>,
  trees: ReadonlyMap<string, MathNode>,
  meaning: (node: MathNode, known: ReadonlyMap<string, T>) => T,
): Map<string, T> {
  const known = new Map(given);
  const waiting = new Map([...trees].map(([id, node]) => [id, { node, needs: namesIn(node) }]));
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const [id, { node, needs }] of waiting) {
      if (needs.some((name) => waiting.has(name))) continue;
      known.set(id, meaning(node, known));
      waiting.delete(id);
    }
  }
  return known;
}

function namesIn(node: MathNode): string[] {
  switch (node.kind) {
    case 'name':
      return [node.name];
    case 'call':
      return node.args.flatMap(namesIn);
    case 'list':
      return node.items.flatMap(namesIn);
    case 'negative':
      return namesIn(node.of);
    case 'binary':
      return [...namesIn(node.left), ...namesIn(node.right)];
    default:
      return [];
  }
}

/** The band of an anomaly alarm is returned, too: it is the threshold and not the value. */
function valueIds(
  returned: readonly string[],
  metrics: ReadonlyMap<string, unknown>,
  trees: ReadonlyMap<string, MathNode>,
  faults: ReadonlyMap<string, unknown>,
): readonly string[] {
  const expressions = [...trees.keys(), ...faults.keys()];
  const all = returned.length > 0 ? returned : expressions.length > 0 ? expressions : [...metrics.keys()];
  const values = all.filter((id) => !isBand(trees.get(id)));
  return values.length > 0 ? values : [...metrics.keys()];
}

function isBand(node: MathNode | undefined): boolean {
  return node?.kind === 'call' && node.name.toUpperCase() === 'ANOMALY_DETECTION_BAND';
}
