import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { VERDICT_CLASSES } from '../../service/compare/differential.ts';

/** Where a line lies: one line, or the first and the last of several. */
const Lines = z.union([
  z.int().transform((line): [number, number] => [line, line]),
  z.tuple([z.int(), z.int()]).refine(([from, to]) => from <= to, 'the first line lies behind the last one'),
]);

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

/** A function to blame, however the author wrote it. */
const Culprit = {
  /** Acceptable names. */
  function: names.nullable().transform((list) => list ?? []),
  /** How the path of the function's file ends; null or absent: any. */
  file: z.union([z.string(), z.array(z.string())]).nullish(),
  /** The lines that burn; by end of the path where a build moves them. */
  line: z.union([Lines, z.record(z.string(), Lines)]).optional(),
  /** Functions of the service that call it, or into which V8 inlined it: nearly right, and counted apart. */
  callers: names.optional(),
};

/** What a scenario's author says is true. An empty list of functions: no function of the service is to blame. */
const Expectation = z.object({
  ...Culprit,
  /** npm package; null for code of the service; absent: any. */
  package: z.union([z.string(), z.array(z.string())]).nullish(),
  /** One class, or several with `|` between. */
  class: z.union([z.string().transform((text) => text.split('|').map((one) => one.trim())), z.array(z.string())]),
  /** V8 inlines the culprit into one of its callers. */
  inlined: z.boolean().default(false),
  /** False: Node is started without the flags that make perf name functions. */
  flags: z.boolean().default(true),
  /** What it is counted under, where `styleOf` cannot tell. */
  style: z.string().optional(),
  /** The smaller one of two faults; the fields above are the larger one. */
  second: z.object(Culprit).optional(),
});

export type Expectation = z.output<typeof Expectation>;

export type Culprit = Pick<Expectation, 'function' | 'file' | 'line' | 'callers'>;

/** Scenarios of one style are counted together. */
export function styleOf(expect: Expectation): string {
  if (!expect.flags) return 'flagless';
  return expect.style ?? (expect.inlined ? 'helper' : 'plain');
}

export interface Scenario {
  /** The set of the project's scenarios that it belongs to, or the folder. */
  readonly set: string;
  readonly name: string;
  readonly folder: string;
}

function parseJson(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Throws an `Error` that says what is wrong with the file. */
export function readExpectation(folder: string): Expectation {
  const path = join(folder, 'expect.json');
  const parsed = Expectation.safeParse(parseJson(path));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  const known: readonly string[] = VERDICT_CLASSES;
  const unknown = parsed.data.class.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new Error(`${path}: there is no verdict class ${JSON.stringify(unknown)}.`);
  return parsed.data;
}

function holds(root: string, name: string, file: string): boolean {
  return existsSync(join(root, name, file));
}

/** A link to a folder is as good as a folder. */
function foldersOf(root: string, only: readonly string[]): string[] {
  return readdirSync(root)
    .filter((name) => statSync(join(root, name), { throwIfNoEntry: false })?.isDirectory())
    .filter((name) => only.length === 0 || only.includes(name))
    .sort();
}

/** Every folder with a service.js, by name. */
export function findScenarios(root: string, only: readonly string[], set = root): Scenario[] {
  return foldersOf(root, only)
    .filter((name) => holds(root, name, 'service.js'))
    .map((name) => ({ set, name, folder: join(root, name) }));
}

/** Folders that were meant to be scenarios, but cannot be started. */
export function incompleteFolders(root: string, only: readonly string[]): string[] {
  return foldersOf(root, only).filter((name) => holds(root, name, 'expect.json') && !holds(root, name, 'service.js'));
}
