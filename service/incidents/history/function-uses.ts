/** What the recordings of an incident say of functions: what pages of functions are drawn from. */
import type { ReportData } from '../../report/report-data.ts';
import type { Feature } from './fingerprint.ts';
import { type FunctionKey, functionKey, programKey } from './function-key.ts';

export interface FunctionUse extends FunctionKey {
  readonly package: string | null;
  /** Among the findings, 1 first; null: it did not change. */
  readonly rank: number | null;
  /** Part of the extra cores; 0: no part of the cause. */
  readonly weight: number;
  readonly hotCores: number;
  /** Null where there was no healthy side, or nobody looked. */
  readonly healthyCores: number | null;
}

/** A report has 20 findings and 15 busy functions; a hostile one any number. */
const MAX_USES = 60;

/** Findings first, then what was busy and did not change, then what the cause is known by besides functions. */
export function functionUses(report: ReportData, features: readonly Feature[]): readonly FunctionUse[] {
  const id = ({ place, name }: FunctionKey) => `${place}\t${name}`;
  const weights = new Map(features.map((feature) => [id(feature), feature.weight]));
  const uses = new Map<string, FunctionUse>();
  const add = (key: FunctionKey, use: Omit<FunctionUse, 'weight' | keyof FunctionKey>) => {
    if (uses.has(id(key)) || uses.size >= MAX_USES) return;
    uses.set(id(key), { ...key, ...use, weight: weights.get(id(key)) ?? 0 });
  };
  for (const [at, finding] of report.findings.entries()) {
    const { hotCores, healthyCores } = finding;
    add(functionKey(finding), { package: finding.package, rank: at + 1, hotCores, healthyCores });
  }
  for (const busy of report.topFunctions) {
    const cores = { hotCores: busy.selfCores, healthyCores: null };
    if (busy.file !== null) add(functionKey(busy), { package: busy.package, rank: null, ...cores });
  }
  const { program } = report.verdict;
  for (const feature of features) {
    const isProgram = program !== undefined && id(feature) === id(programKey(program.name));
    const { hotCores, healthyCores } = isProgram ? program : { hotCores: 0, healthyCores: 0 };
    add(feature, { package: null, rank: null, hotCores, healthyCores });
  }
  return [...uses.values()].filter(({ hotCores }) => Number.isFinite(hotCores));
}
