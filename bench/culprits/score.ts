import type { Differential, Finding } from '../../service/compare/differential.ts';
import type { Expectation } from './scenario.ts';

export interface Score {
  readonly top1: boolean;
  readonly top3: boolean;
  readonly class: boolean;
  readonly package: boolean;
}

function oneOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function fileFits(file: string | null, expect: Expectation): boolean {
  return (
    expect.file == null || (file !== null && oneOf(expect.file).some((end) => file.endsWith(end.replace(/^\.\//, ''))))
  );
}

/** `Cart.total`, `get total` and `total` are one function of one file to V8 or to an author. */
function nameFits(name: string, expect: Expectation): boolean {
  const plain = (text: string): string => text.replace(/^(?:get|set|async|bound|static) /, '');
  const seen = plain(name);
  return expect.function.map(plain).some((one) => one === seen || one.endsWith(`.${seen}`) || seen.endsWith(`.${one}`));
}

/** By name and file; the package is scored apart. */
function isExpected(finding: Finding, expect: Expectation): boolean {
  return nameFits(finding.function, expect) && fileFits(finding.file, expect);
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
  return {
    top1: none ? top === undefined : top !== undefined && isExpected(top, expect),
    top3: none ? top === undefined : findings.slice(0, 3).some((finding) => isExpected(finding, expect)),
    class: expect.class.includes(verdict.class),
    package: packageFits(top, expect),
  };
}

/** perf's `JS:*decode file:///srv/service.js:5:10` names a function when it holds its name and its file. */
export function namesExpected(raw: string | undefined, expect: Expectation): boolean {
  if (raw === undefined || expect.function.length === 0) return false;
  const name = /^(?:JS|LazyCompile|Function|Eval|Script):[~^+*]?'?(\S*)/.exec(raw)?.[1];
  const file = raw.replace(/(?::\d+){1,2}$/, '');
  return name !== undefined && nameFits(name === '' ? '(anonymous)' : name, expect) && fileFits(file, expect);
}
