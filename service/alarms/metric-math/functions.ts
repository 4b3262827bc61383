import { asTruth, growingWith, type Influence, through, unknownFrom } from './influence.ts';
import { around, type Range, signOf, sizeOf } from './range.ts';

type Meaning = (args: readonly Influence[], call: string) => Influence;

/** Grows with each of its arguments. */
const growing =
  (rangeOf: (ranges: readonly Range[]) => Range): Meaning =>
  (args) =>
    growingWith(args, rangeOf(args.map(({ range }) => range)));
/** One of its arguments, or something between them. */
const among = growing(around);
/** Their sum over series or time. */
const summed = growing((ranges) => (signOf(around(ranges)) === 1 ? sizeOf('amount') : sizeOf('any')));
const unbounded = growing(() => sizeOf('any'));

/** Whatever the metrics are. */
const apart: Meaning = (args) => through(growingWith(args, sizeOf('amount')), 0);

const unsaid =
  (what: string): Meaning =>
  (args, call) =>
    unknownFrom(args, `${call} ${what}`);
const change = unsaid('says how fast it changes, not how high it is');
const elsewhere = unsaid('takes its figures from elsewhere than the metrics of the alarm');

function absolute(args: readonly Influence[], call: string): Influence {
  const [first] = args;
  const sign = first && signOf(first.range);
  if (args.length !== 1 || first === undefined || sign === undefined) {
    return unknownFrom(args, `${call} grows in both directions`);
  }
  return { ...through(first, sign), range: sizeOf('amount') };
}

/** `IF(m1 > 80, m1, 0)`: the condition counts as far as one branch is never below the other. */
function choice(args: readonly Influence[], call: string): Influence {
  const [condition, yes, no] = args;
  if (args.length !== 3 || condition === undefined || yes === undefined || no === undefined) {
    return unknownFrom(args, `${call} does not have three arguments`);
  }
  const turn = yes.range.low >= no.range.high ? 1 : no.range.low >= yes.range.high ? -1 : undefined;
  return growingWith([through(asTruth(condition), turn), yes, no], around([yes.range, no.range]));
}

/** "Functions supported for metric math" of the CloudWatch User Guide, by what they do to the direction. */
const FUNCTIONS: ReadonlyMap<string, Meaning> = new Map([
  ...list('AVG MIN MAX FILL CEIL FLOOR FIRST LAST SLICE SORT REMOVE_EMPTY TIME_SERIES', among),
  ...list('SUM RUNNING_SUM', summed),
  ...list('LOG LOG10', unbounded),
  ...list('DAY HOUR MINUTE MONTH YEAR DATE EPOCH PERIOD METRIC_COUNT DATAPOINT_COUNT SERVICE_QUOTA', apart),
  ...list('RATE DIFF DIFF_TIME', change),
  ...list('STDDEV', unsaid('says how much it varies, not how high it is')),
  ...list('ANOMALY_DETECTION_BAND', unsaid('is a band, not a value')),
  ...list('SEARCH INSIGHT_RULE_METRIC DB_PERF_INSIGHTS LAMBDA', elsewhere),
  ...list('ABS', absolute),
  ...list('IF', choice),
]);

function list(names: string, meaning: Meaning): [string, Meaning][] {
  return names.split(' ').map((name) => [name, meaning]);
}

/** @param call as the expression has it, for the words */
export function influenceOfCall(name: string, args: readonly Influence[], call: string): Influence {
  const meaning = FUNCTIONS.get(name.toUpperCase());
  return meaning === undefined ? unknownFrom(args, `${name}() is not a function known here`) : meaning(args, call);
}
