/** What lists of incidents are narrowed by: the names of the filters, and reading them from an address or a command. */
import { VERDICT_CLASSES } from '../compare/differential.ts';
import { AppError } from '../shared/errors.ts';
import { headOf, visible } from '../shared/text/untrusted.ts';

/** Is the alarm on or off, did Smokejumper give up, was it never profiled, or was there no alarm at all? */
export const STATE_FILTERS = ['burning', 'over', 'failed', 'throttled', 'lapsed', 'drill'] as const;

interface FacetSpec {
  /** Before the value: `Group web-prod`. */
  readonly label: string;
  /** Absent: any text. */
  readonly values?: readonly string[];
  readonly pattern?: { readonly is: RegExp; readonly words: string };
}

/**
 * Filters that ask for one value, in the order in which a person meets them. The store keeps an index for each
 * (`incident_facet`), so another one is a line here and whoever writes its rows.
 */
export const FACETS = {
  group: { label: 'Group' },
  function: { label: 'Function' },
  package: { label: 'Package' },
  verdict: { label: 'Verdict', values: VERDICT_CLASSES },
  state: { label: 'State', values: STATE_FILTERS },
  alarm: { label: 'Alarm' },
  instance: { label: 'Instance' },
  label: { label: 'Label' },
  account: { label: 'Account', pattern: { is: /^\d{12}$/, words: 'an account has 12 digits' } },
  /** The id of the incident that was the first with it. */
  cause: { label: 'Same cause as' },
  region: { label: 'Region', pattern: { is: /^[a-z]{2}(?:-[a-z]+)+-\d+$/, words: 'a region reads like eu-west-1' } },
} as const satisfies Readonly<Record<string, FacetSpec>>;

export type Facet = keyof typeof FACETS;
export const FACET_NAMES = Object.keys(FACETS) as readonly Facet[];

/** What incidents must have to be listed: all of it. */
export interface IncidentFilter extends Readonly<Partial<Record<Facet, string>>> {
  /** Words that must all occur, whole or in part: in names, headline, instance, id, and what the findings name. */
  readonly text?: string;
  /** Opened at or after this, and before that. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** A filter with the words that it was given in: what links, chips and forms carry on. */
export interface ReadFilter {
  readonly filter: IncidentFilter;
  /** Only what is not empty, by name. */
  readonly params: Readonly<Record<string, string>>;
}

export type FilterName = Facet | 'q' | 'from' | 'to';
export const FILTER_NAMES: readonly FilterName[] = ['q', ...FACET_NAMES, 'from', 'to'];

/** Longest search text: each three letters of it are a look into the index. */
const MAX_TEXT = 200;
/** Names of functions are longer than what a person types. The migration says the same. */
const MAX_VALUE = 300;
const DAY_MS = 86_400_000;

/** Reads filters by name; what is empty is absent. Throws `BAD_FILTER` for what is none, in words. */
export function readFilter(given: Readonly<Record<string, unknown>>): ReadFilter {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const known = FILTER_NAMES.find((filter) => filter === name);
    if (known === undefined) throw bad(`There is no filter ${quoted(name)}.`);
    if (typeof value !== 'string') throw bad(`The filter ${known} is given more than once, or not as text.`);
    const text = value.trim();
    if (text !== '') params[known] = text;
  }
  for (const name of FACET_NAMES) checkFacet(name, params[name]);
  const { q, from, to, ...facets } = params;
  if (q !== undefined && q.length > MAX_TEXT) throw bad(`The search text is longer than ${MAX_TEXT} characters.`);
  const fromMs = from === undefined ? undefined : instant('from', from);
  const toMs = to === undefined ? undefined : instant('to', to);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    throw bad(`There is no time from ${from} to ${to}.`);
  const filter = {
    ...facets,
    ...(q !== undefined && { text: q }),
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
  };
  return { filter, params };
}

/** What is kept, and asked for, of a value: names of a kilobyte are those of an attacker. */
export function facetValue(text: string): string {
  return headOf(text, MAX_VALUE).trim();
}

function checkFacet(name: Facet, value: string | undefined): void {
  if (value === undefined) return;
  const { values, pattern }: FacetSpec = FACETS[name];
  if (value.length > MAX_VALUE) throw bad(`The filter ${name} is longer than ${MAX_VALUE} characters.`);
  if (values !== undefined && !values.includes(value))
    throw bad(`The filter ${name} does not know ${quoted(value)}.`, `It is one of: ${values.join(', ')}.`);
  if (pattern !== undefined && !pattern.is.test(value))
    throw bad(`The filter ${name} does not know ${quoted(value)}: ${pattern.words}.`);
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/** A date, of which `to` includes the whole, or a time; where no zone is said it is UTC. */
function instant(name: 'from' | 'to', text: string): number {
  // A plus that nobody escaped arrives as a space.
  const given = text.replace(' ', '+');
  const isDate = DATE.test(given);
  const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(given) && !isDate;
  const ms = isDate || TIME.test(given) ? Date.parse(isDate ? `${given}T00:00Z` : hasZone ? given : `${given}Z`) : NaN;
  const day = given.slice(0, 10);
  // 31 February would count as 3 March.
  const isDay = !Number.isNaN(ms) && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  if (!isDay) {
    throw bad(
      `The filter ${name} does not know ${quoted(text)}.`,
      'It is a date (2026-05-03) or a time (2026-05-03T14:00Z), in UTC where no zone is given.',
    );
  }
  return isDate && name === 'to' ? ms + DAY_MS : ms;
}

function quoted(text: string): string {
  return `“${visible(text.slice(0, 60))}”`;
}

function bad(message: string, hint = `Filters are ${FILTER_NAMES.join(', ')}; each at most once.`): AppError {
  return new AppError('BAD_FILTER', message, { hint });
}
