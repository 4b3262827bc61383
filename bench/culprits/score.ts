import type { Differential, Finding } from '../../service/compare/differential.ts';
import type { Culprit, Expectation } from './scenario.ts';

export interface Score {
  readonly top1: boolean;
  readonly top3: boolean;
  /** The first finding is not the culprit, but a function of the service that calls it. */
  readonly caller: boolean;
  /** The first finding's line is one that burns; null where the author named none. */
  readonly line: boolean | null;
  /** The culprit is the first finding, or the first that V8 may have inlined into it. */
  readonly candidate: boolean;
  /** The second fault is among the first three as well; null where there is only one. */
  readonly second: boolean | null;
  readonly class: boolean;
  readonly package: boolean;
}

function oneOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function endsWith(file: string | null, end: string): boolean {
  return file?.endsWith(end.replace(/^\.\//, '')) ?? false;
}

function fileFits(file: string | null, expect: Culprit): boolean {
  return expect.file == null || oneOf(expect.file).some((end) => endsWith(file, end));
}

/** `Cart.total`, `get total` and `total` are one function of one file to V8 or to an author. */
function nameFits(name: string, accepted: readonly string[]): boolean {
  const plain = (text: string): string => text.replace(/^(?:get|set|async|bound|static) /, '');
  const seen = plain(name);
  return accepted.map(plain).some((one) => one === seen || one.endsWith(`.${seen}`) || seen.endsWith(`.${one}`));
}

/** By name and file; the package is scored apart. */
function isExpected(finding: Finding, expect: Culprit): boolean {
  return nameFits(finding.function, expect.function) && fileFits(finding.file, expect);
}

function isFirstCandidate(top: Finding | undefined, expect: Expectation): boolean {
  const first = top?.mayHold?.[0];
  return first !== undefined && nameFits(first.function, expect.function) && fileFits(first.file, expect);
}

/** Callers may be in any file of the service; Node core and packages also have functions without a name. */
function isCaller(finding: Finding, expect: Culprit): boolean {
  const ofService = finding.package === null && finding.file?.startsWith('node:') !== true;
  return ofService && nameFits(finding.function, expect.callers ?? []);
}

/** The lines of `file` that burn, if the author said which. */
function burningLines(file: string | null, expect: Culprit): readonly [number, number] | undefined {
  if (expect.line === undefined) return undefined;
  if (Array.isArray(expect.line)) return fileFits(file, expect) ? expect.line : undefined;
  return Object.entries(expect.line).find(([end]) => endsWith(file, end))?.[1];
}

/** A line of the right file counts whatever the function is called. */
function lineFits(finding: Finding | undefined, expect: Culprit): boolean | null {
  if (expect.line === undefined) return null;
  const lines = burningLines(finding?.file ?? null, expect);
  const line = finding?.hotLine ?? finding?.line ?? null;
  return lines !== undefined && line !== null && line >= lines[0] && line <= lines[1];
}

function packageFits(top: Finding | undefined, expect: Expectation): boolean {
  if (expect.function.length === 0) return top === undefined;
  if (expect.package === undefined) return true;
  return (
    top !== undefined &&
    (expect.package === null ? top.package === null : oneOf(expect.package).includes(top.package ?? ''))
  );
}

/** No function to blame: right is to name none. */
export function score(differential: Differential, expect: Expectation): Score {
  const { findings, verdict } = differential;
  const none = expect.function.length === 0;
  const top = findings[0];
  const top1 = none ? top === undefined : top !== undefined && isExpected(top, expect);
  const { second } = expect;
  return {
    top1,
    top3: none ? top === undefined : findings.slice(0, 3).some((finding) => isExpected(finding, expect)),
    caller: !top1 && top !== undefined && isCaller(top, expect),
    candidate: top1 || isFirstCandidate(top, expect),
    line: lineFits(top, expect),
    second: second === undefined ? null : findings.slice(0, 3).some((finding) => isExpected(finding, second)),
    class: expect.class.includes(verdict.class),
    package: packageFits(top, expect),
  };
}

/** perf's `JS:*decode file:///srv/service.js:5:10` names a function when it holds its name and its file. */
export function namesExpected(raw: string | undefined, expect: Expectation): boolean {
  if (raw === undefined || expect.function.length === 0) return false;
  const name = /^(?:JS|LazyCompile|Function|Eval|Script):[~^+*]?'?(\S*)/.exec(raw)?.[1];
  const file = raw.replace(/(?::\d+){1,2}$/, '');
  return name !== undefined && nameFits(name === '' ? '(anonymous)' : name, expect.function) && fileFits(file, expect);
}
