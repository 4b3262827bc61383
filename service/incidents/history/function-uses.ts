/** What the recordings of an incident say of functions: what pages of functions are drawn from. */
import type { Finding } from '../../compare/differential.ts';
import type { ReportData } from '../../report/report-data.ts';
import { extraCores } from './fingerprint.ts';
import { type FunctionKey, functionKey, programKey } from './function-key.ts';

export interface FunctionUse extends FunctionKey {
  readonly package: string | null;
  /** Among the findings, 1 first; null: it did not change. */
  readonly rank: number | null;
  readonly hotCores: number;
  /** Null where there was no healthy side, or nobody looked. */
  readonly healthyCores: number | null;
  /** What the report blames on it, and on no function below it; 0: nothing. */
  readonly extraCores: number;
}

/** A report has 20 findings, 25 other functions and 15 busy ones, mostly the same; a hostile one any number. */
const MAX_USES = 60;

/** The program to blame first, then findings, then what was busy and did not change. */
export function functionUses(report: ReportData): readonly FunctionUse[] {
  const id = ({ place, name }: FunctionKey) => `${place}\t${name}`;
  const uses = new Map<string, FunctionUse>();
  const add = (key: FunctionKey, use: Omit<FunctionUse, keyof FunctionKey>) => {
    if (!uses.has(id(key)) && uses.size < MAX_USES && Number.isFinite(use.hotCores))
      uses.set(id(key), { ...key, ...use });
  };
  const { program } = report.verdict;
  if (program !== undefined) {
    const { hotCores, healthyCores } = program;
    const extra = Math.max(0, hotCores - healthyCores);
    add(programKey(program.name), { package: null, rank: null, hotCores, healthyCores, extraCores: extra });
  }
  const blamed = new Map<Finding, number>(program === undefined ? extraCores(report.findings) : []);
  const compared = new Map((report.functions ?? []).map((one) => [id(functionKey(one)), one]));
  for (const [at, finding] of report.findings.entries()) {
    const key = functionKey(finding);
    // With callees, like those that did not change; a finding may count its own code only.
    const { hotCores, healthyCores } = compared.get(id(key)) ?? finding;
    const extra = blamed.get(finding) ?? 0;
    add(key, { package: finding.package, rank: at + 1, hotCores, healthyCores, extraCores: extra });
  }
  for (const { hotCores, healthyCores, ...one } of compared.values()) {
    add(functionKey(one), { package: one.package, rank: null, hotCores, healthyCores, extraCores: 0 });
  }
  for (const busy of report.topFunctions.filter(({ file }) => file !== null)) {
    const cores = { hotCores: busy.totalCores, healthyCores: null, extraCores: 0 };
    add(functionKey(busy), { package: busy.package, rank: null, ...cores });
  }
  return [...uses.values()];
}
