/** What a viewer needs to draw a profile or a differential at any zoom, as compact JSON. Nothing is culled. */
import type { Differential } from '../../compare/differential.ts';
import { functionTree } from '../../profile/function-tree.ts';
import type { FunctionInfo, Profile } from '../../profile/profile.ts';
import { CATEGORIES } from '../../profile/profile.ts';
import { sharesOfSums } from '../../profile/shares-of-sums.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { SHARE_PARTS, type WidthUnit } from '../picture/labels.ts';
import { differentialNotes, profileNotes } from '../picture/notes.ts';
import { type PackedTree, packInlined, packNumbers, packTree } from './codec.ts';
import { changeColumns, type PackedChanges, packFindings, type ShownFinding } from './differential-columns.ts';
import { type FlameTree, orderTree } from './flame-tree.ts';
import { type PackedSamples, packSamples, packTimes } from './sample-columns.ts';

export interface GraphTitle {
  readonly title: string;
  readonly subtitle?: string;
  /** Key of the function whose frames are outlined: what a comparison names first. A differential knows it. */
  readonly culprit?: string;
}

/** Columns of functions; texts are joined by line feeds, numbers packed (`codec.ts`). 0 stands for none. */
export interface PackedFunctions {
  readonly names: string;
  /** Files of JavaScript, modules of native code. */
  readonly places: string;
  /** `name@version`. */
  readonly packages: string;
  /** 1 + index into `places`, `packages`. */
  readonly place: string;
  readonly package: string;
  readonly line: string;
  readonly column: string;
  /** Index into `CATEGORIES`. */
  readonly category: string;
}

export interface FlameData {
  /** Version of this form. */
  readonly v: 1;
  readonly kind: 'profile' | 'differential';
  readonly title: string;
  readonly subtitle: string;
  /** `cores`: CPU cores over the recording. */
  readonly unit: WidthUnit;
  /** One name, number of samples and value of one count in `unit` for each column of `self`. */
  readonly sides: readonly { readonly name: string; readonly samples: number; readonly scale: number }[];
  /** Words about how it was recorded and what limits trust. */
  readonly notes: readonly string[];
  readonly functions: PackedFunctions;
  readonly tree: PackedTree;
  /** Nodes of the tree that V8 inlined into their callers (`packInlined`); absent: none. */
  readonly inlined?: string;
  /** By side: counts of samples that ended in each node, root first. */
  readonly self: readonly string[];
  /** By side: (function × 5 + tier) steps and counts of own samples, alternating. */
  readonly tiers: readonly string[];
  /** When and in which thread; null where neither is known. */
  readonly samples: PackedSamples | null;
  /** When the samples of both sides were taken; absent: not known, or the graph is of one profile. */
  readonly times?: NonNullable<ReturnType<typeof packTimes>>;
  readonly changes: PackedChanges | null;
  readonly findings: readonly ShownFinding[];
  /** Function whose frames are outlined; absent: none. */
  readonly culprit?: number;
}

/** Longer names are cut: the picture shows a hundred characters, and a name of megabytes is an attack. */
const MAX_NAME = 10_000;

class Texts {
  private readonly ids = new Map<string, number>();

  /** 0 for null, else 1 + the index of the text. */
  id(text: string | null): number {
    if (text === null) return 0;
    const clean = visible(text.length > MAX_NAME ? `${text.slice(0, MAX_NAME - 1)}…` : text);
    const known = this.ids.get(clean) ?? this.ids.size + 1;
    this.ids.set(clean, known);
    return known;
  }

  toString(): string {
    return [...this.ids.keys()].join('\n');
  }
}

function packFunctions(functions: readonly FunctionInfo[]): PackedFunctions {
  const places = new Texts();
  const packages = new Texts();
  const packed = (pick: (info: FunctionInfo) => number): string => packNumbers(functions.map(pick));
  const name = (text: string): string =>
    visible(text.length > MAX_NAME ? `${text.slice(0, MAX_NAME - 1)}…` : text) || '(no name)';
  const whole = (n: number | null): number => (n !== null && Number.isSafeInteger(n) && n > 0 ? n : 0);
  return {
    names: functions.map((info) => name(info.name)).join('\n'),
    place: packed((info) => places.id(info.file ?? info.module)),
    package: packed((info) =>
      packages.id(info.package && info.packageVersion ? `${info.package}@${info.packageVersion}` : info.package),
    ),
    line: packed((info) => whole(info.line)),
    column: packed((info) => whole(info.column)),
    category: packed((info) => CATEGORIES.indexOf(info.category)),
    places: `${places}`,
    packages: `${packages}`,
  };
}

/** Sparse rows of (function, tier, count), as steps. */
function packTiers(functions: number, tiers: number, count: (fn: number, tier: number) => number): string {
  const numbers: number[] = [];
  let last = 0;
  for (let fn = 0; fn < functions; fn++) {
    for (let tier = 1; tier < tiers; tier++) {
      const value = count(fn, tier);
      if (!(value > 0)) continue;
      numbers.push(fn * tiers + tier - last, value);
      last = fn * tiers + tier;
    }
  }
  return packNumbers(numbers);
}

/** Cores of one sample; null where rate or length are not known. */
function coresPerSample(profile: Profile): number | null {
  const { hz, seconds } = profile.facts;
  if (profile.ledger.unit !== undefined) return null;
  if (hz === null || seconds === null || !(hz > 0) || !(seconds > 0)) return null;
  const { recorded, lost } = profile.ledger;
  return (recorded > 0 ? (recorded + lost) / recorded : 1) / (hz * seconds);
}

/** The tree, and of files with inlined frames which these are. */
function packedFrames(tree: FlameTree, packed: PackedTree): Pick<FlameData, 'tree' | 'inlined'> {
  return tree.kinds === undefined ? { tree: packed } : { tree: packed, inlined: packInlined(tree.kinds) };
}

function ordered(tree: FlameTree, functions: readonly FunctionInfo[]) {
  const { packed, order } = packTree(tree);
  const numberOf = new Int32Array(functions.length);
  order.forEach((rank, number) => {
    numberOf[rank] = number;
  });
  return { packed, numberOf, functions: order.map((rank) => functions[rank] as FunctionInfo) };
}

function culpritOf(functions: readonly FunctionInfo[], key: string | undefined): Pick<FlameData, 'culprit'> {
  const culprit = key === undefined ? -1 : functions.findIndex((info) => info.key === key);
  return culprit < 0 ? {} : { culprit };
}

/** A profile's tree in drawing order; `scale` is in cores a sample, null where they are not known. */
export function prepareProfile(profile: Profile) {
  const calls = functionTree(sharesOfSums(profile, SHARE_PARTS));
  const scale = coresPerSample(profile);
  const counted = scale === null ? 'samples' : 'cores';
  const unit: WidthUnit = profile.ledger.unit === undefined ? counted : 'shares';
  return { calls, ...orderTree(calls, [calls.self]), scale, unit };
}

/** Both sides in cores, the hot one first. */
export function prepareDifferential(d: Differential) {
  return orderTree(d.tree, [d.tree.hotSelf, d.tree.healthySelf]);
}

/** One profile; samples in the capture's time and threads are kept so that views of a part can be drawn. */
export function flameData(profile: Profile, about: GraphTitle, prepared = prepareProfile(profile)): FlameData {
  const { calls, tree, functions: ranked, rankOf, scale, unit } = prepared;
  const { packed, numberOf, functions } = ordered(tree, ranked);
  const tiers = calls.tierSelf.length / calls.length;
  const tierCounts = new Float64Array(functions.length * tiers);
  for (let node = 1; node < calls.length; node++) {
    const rank = rankOf[calls.fn[node] as number] as number;
    if (rank < 0) continue;
    const at = (numberOf[rank] as number) * tiers;
    for (let tier = 1; tier < tiers; tier++) {
      tierCounts[at + tier] = (tierCounts[at + tier] as number) + (calls.tierSelf[node * tiers + tier] as number);
    }
  }
  return {
    v: 1,
    kind: 'profile',
    title: visible(about.title),
    subtitle: visible(about.subtitle ?? ''),
    unit,
    sides: [{ name: 'profile', samples: calls.total[0] as number, scale: scale ?? 1 }],
    notes: profileNotes(profile, calls.total[0] as number, scale).map(visible),
    functions: packFunctions(functions),
    ...packedFrames(tree, packed),
    self: [packNumbers(tree.self[0] as Float64Array)],
    tiers: [packTiers(functions.length, tiers, (fn, tier) => tierCounts[fn * tiers + tier] as number)],
    // Sums are not single samples to choose from.
    samples: unit === 'shares' ? null : packSamples(profile, tree, rankOf),
    changes: null,
    findings: [],
    ...culpritOf(functions, about.culprit),
  };
}

/**
 * Smallest value that all are whole multiples of; a hundred-thousandth core where there is none (means of several
 * peers).
 */
function quantum(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) if (value > 0 && value < least) least = value;
  if (least === Number.POSITIVE_INFINITY) return 1;
  for (const value of values) {
    const multiple = value / least;
    if (Math.abs(multiple - Math.round(multiple)) > 1e-6 * Math.max(1, multiple)) return 1e-5;
  }
  return least;
}

function timesOf({ recordings = [] }: Differential, place: Int32Array): Pick<FlameData, 'times'> {
  const times = recordings.length === 0 ? null : packTimes(recordings, place);
  return times === null ? {} : { times };
}

/** Both profiles in one tree, side 0 the hot one, with what is known about each function's change. */
export function differentialData(d: Differential, about: GraphTitle, prepared = prepareDifferential(d)): FlameData {
  const { tree, functions: ranked, rankOf } = prepared;
  const { packed, numberOf, functions } = ordered(tree, ranked);
  const scales = tree.self.map(quantum);
  const numberOfFunction = (fn: number): number => {
    const rank = rankOf[fn] ?? -1;
    return rank < 0 ? -1 : (numberOf[rank] as number);
  };
  const rows = d.rows.flatMap((row) => {
    const number = numberOfFunction(row.fn);
    return number < 0 ? [] : [{ row, number }];
  });
  rows.sort((a, b) => a.number - b.number);
  const tiersOf = (side: 'hotTiers' | 'healthyTiers'): string => {
    const byFn = new Map(rows.map(({ row, number }) => [number, row[side]]));
    return packTiers(functions.length, 5, (fn, tier) => Math.round((byFn.get(fn)?.[tier] ?? 0) * 1000));
  };
  const side = (name: string, index: 0 | 1) => ({
    name,
    samples: d[name as 'hot' | 'healthy'].samples,
    scale: scales[index] as number,
  });
  return {
    v: 1,
    kind: 'differential',
    title: visible(about.title),
    subtitle: visible(about.subtitle ?? ''),
    unit: 'cores',
    sides: [side('hot', 0), side('healthy', 1)],
    notes: differentialNotes(d).map(visible),
    functions: packFunctions(functions),
    ...packedFrames(tree, packed),
    self: tree.self.map((column, i) => packNumbers(Array.from(column, (v) => Math.round(v / (scales[i] as number))))),
    tiers: [tiersOf('hotTiers'), tiersOf('healthyTiers')],
    samples: null,
    ...timesOf(d, prepared.place),
    changes: changeColumns(rows),
    findings: packFindings(d.findings, numberOfFunction),
    ...culpritOf(functions, d.tree.functions[d.findings[0]?.fn ?? -1]?.key),
  };
}
