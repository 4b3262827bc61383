import { type Document, LineCounter, parseDocument } from 'yaml';
import type { RuleBook } from '../rules/rule-book.ts';
import { AppError } from '../shared/errors.ts';
import { oneLine, visible } from '../shared/text/untrusted.ts';
import { readBook } from './read-book.ts';
import { type Reading, valueAt } from './reading.ts';

export interface RulesFault {
  /** From 1, as editors count; the column in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** `what is wrong; what to do` */
  readonly text: string;
}

/** A book with no fault, or faults and no book. */
export type CheckedRules =
  | { readonly book: RuleBook; readonly faults: readonly [] }
  | { readonly book: null; readonly faults: readonly [RulesFault, ...RulesFault[]] };

/** Room for 200 rules of 1 kB each. The parser takes seconds for the worst text of this size. */
export const MAX_RULES_BYTES = 262_144;
/** Who has more of them reads them in portions. */
const MAX_FAULTS = 100;

/** Reads YAML or JSON, which is YAML as well. Throws `BAD_RULES`, whose message has every fault on a line. */
export function readRulesFile(text: string, fileName: string): RuleBook {
  const { book, faults } = checkRulesFile(text);
  if (book !== null) return book;
  throw badRules(fileName, faults);
}

/** `rules.yaml:12:5: what is wrong; what to do` */
function faultLine(fileName: string, { line, column, text }: RulesFault): string {
  return `${visible(fileName)}:${line}:${column}: ${text}`;
}

function badRules(fileName: string, faults: readonly RulesFault[]): AppError {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  const lines = faults.slice(0, MAX_FAULTS).map((fault) => faultLine(fileName, fault));
  const more = faults.length > MAX_FAULTS ? [`and ${faults.length - MAX_FAULTS} more`] : [];
  const head = `The rules file ${visible(fileName)} has ${count}, so none of it counts:`;
  return new AppError('BAD_RULES', [head, ...lines, ...more].join('\n'), { hint: 'docs/rules.md explains the keys.' });
}

/** The same without an error, for who shows the faults in another way. */
export function checkRulesFile(text: string): CheckedRules {
  if (new TextEncoder().encode(text).length > MAX_RULES_BYTES) {
    return refused([{ line: 1, column: 1, text: 'the file is larger than 256 KB; leave out what is no rule' }]);
  }
  // Of Windows' editors.
  const plain = text.replace(/^\ufeff/, '');
  const lines = new LineCounter();
  const found: { at: number; text: string }[] = [];
  const fault = (at: number, what: string) => void found.push({ at, text: what });
  const book = parsed(plain, lines, fault);
  const faults = found
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, text: what }) => {
      const { line, col } = lines.linePos(at);
      return { line: Math.max(1, line), column: Math.max(1, col), text: what };
    });
  return book === null || faults.length > 0 ? refused(faults) : { book: frozen(book), faults: [] };
}

function refused([first, ...rest]: readonly RulesFault[]): CheckedRules {
  const none = { line: 1, column: 1, text: 'the file cannot be read; write YAML or JSON' };
  return { book: null, faults: [first ?? none, ...rest] };
}

function parsed(text: string, lines: LineCounter, fault: Reading['fault']): RuleBook | null {
  const encoding = text.search(/[\ufffd\0]/);
  const document = parseYaml(text, lines, fault);
  if (encoding >= 0) fault(encoding, 'here is a byte that is no text; save the file as UTF-8');
  if (document === null || encoding >= 0) return null;
  if (document.contents === null) {
    fault(0, 'the file says nothing; write rules: [] for none');
    return null;
  }
  const reading: Reading = { document, fault, aliases: 0 };
  const root = valueAt('the file', document.contents, 0, reading);
  return root === undefined ? null : readBook(root, reading);
}

/** Null: it is no YAML. What such a file says is not looked at: half of it would be misread. */
function parseYaml(text: string, lineCounter: LineCounter, fault: Reading['fault']): Document | null {
  let document: Document;
  try {
    // Twice the same key is found later; the parser compares each with each.
    const options = { version: '1.2', schema: 'core', uniqueKeys: false, resolveKnownTags: false } as const;
    document = parseDocument(text, { ...options, lineCounter, prettyErrors: false, logLevel: 'error' });
  } catch (cause) {
    // Levels of brackets in the ten thousands end the stack.
    if (!(cause instanceof RangeError)) throw cause;
    fault(0, 'the file has too many levels; write it as docs/rules.md shows');
    return null;
  }
  const problems = [...document.errors, ...document.warnings];
  for (const { code, message, pos } of problems) fault(pos[0], syntaxFault(code, message));
  return problems.length > 0 ? null : document;
}

const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent by blanks',
  BAD_SCALAR_START: 'put the value into quotes',
  MULTIPLE_DOCS: 'keep one document, without a line --- between',
  TAG_RESOLVE_FAILED: 'leave out what begins with !, or put it into quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put a value that has a colon into quotes',
  MISSING_CHAR: 'close what was opened',
};

function syntaxFault(code: string, message: string): string {
  const own = code === 'MULTIPLE_DOCS' ? 'there is more than one document' : oneLine(message);
  return `${own}; ${HINTS[code] ?? 'write it as YAML or JSON wants it'}`;
}

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part);
  return Object.freeze(value);
}
