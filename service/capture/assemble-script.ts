/** Puts the script for an instance together from the files in remote-scripts. */
import { AppError } from '../shared/errors.ts';
import { joinModules } from './join-modules.ts';

/** What a script is asked to do; its first file is `ACTION.sh`. */
export const SCRIPT_ACTIONS = ['run', 'fetch', 'clean', 'source', 'confirm'] as const;
export type ScriptAction = (typeof SCRIPT_ACTIONS)[number];

/** The assembled text for each action. */
export type RemoteScripts = Readonly<Record<ScriptAction, string>>;

/** Texts by file name. */
export type ScriptParts = ReadonlyMap<string, string>;

/** `. ./perf.sh`: more shell. */
const SOURCED = /^\. \.\/([\w./-]+)$/;
/** `reduce_awk='@reduce.awk@'`: a program in another language, or for another shell, as the value of a variable. */
const EMBEDDED = /^(\w+=)'@([\w./-]+)@'$/;

/** Lines that hold nothing but a comment, by the ending of the file's name. */
const COMMENT_LINE: Readonly<Record<string, RegExp>> = { sh: /^\s*#/, awk: /^\s*#/, js: /^\s*\/\//, mjs: /^\s*\/\// };

/** No text in the scripts goes over several lines, so that indentation means nothing: it is not sent. */
export function outdented(text: string): string {
  return text.replaceAll(/^[ \t]+/gm, '');
}

/** Text → base64 of its gzip. */
export type Pack = (text: string) => string;

/** How a script is made smaller for sending. */
export interface Sent {
  readonly pack?: Pack;
  /** Programs that take the place of those of the same file name, such as the same with short names. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** The programs in JavaScript that the scripts embed, by file name, each as one text. */
export function javaScriptPrograms(parts: ScriptParts): ReadonlyMap<string, string> {
  const shell = [...parts].filter(([name]) => name.endsWith('.sh')).flatMap(([, text]) => text.split('\n'));
  const names = new Set(shell.map((line) => EMBEDDED.exec(line)?.[2] ?? '').filter((name) => name.endsWith('.js')));
  return new Map([...names].toSorted().map((name) => [name, program(name, parts).join('\n')]));
}

/**
 * The first file of the action with every part in its place and without lines of comment. Whoever reads the result
 * finds the comments in the files, so it begins with where it comes from. With `pack` everything but the call of `main`
 * travels gzipped: SSM takes 64 KB. Throws `SCRIPT_INVALID`.
 */
export function assembleScript(action: ScriptAction, parts: ScriptParts, sent: Sent = {}): string {
  const { pack, programs } = sent;
  const main = `${action}.sh`;
  const origin = `# Assembled from remote-scripts/${main} of Smokejumper; the comments are there.`;
  const lines = expand(main, parts, new Set([main])).flatMap((line) => embed(line, parts, programs));
  const whole = withoutBlankRuns(lines);
  return `${['#!/bin/sh', origin, ...(pack === undefined ? whole : packed(action, whole, pack))].join('\n')}\n`;
}

export function assembleScripts(parts: ScriptParts, sent: Sent = {}): RemoteScripts {
  const [run, fetch, clean, source, confirm] = SCRIPT_ACTIONS.map((action) => assembleScript(action, parts, sent));
  return { run, fetch, clean, source, confirm } as RemoteScripts;
}

/** The lines of a shell file, with those of the files that it names. */
function expand(name: string, parts: ScriptParts, seen: Set<string>): string[] {
  return codeLines(name, parts).flatMap((line) => {
    const [, sourced] = SOURCED.exec(line) ?? [];
    if (sourced !== undefined) {
      if (seen.has(sourced)) throw invalid(`${name} names ${sourced}, which is already part of the script.`);
      return expand(sourced, parts, seen.add(sourced));
    }
    return [line];
  });
}

/** A program as the value of a variable. In single quotes nothing is special but the single quote itself. */
function embed(line: string, parts: ScriptParts, programs: Sent['programs']): string[] {
  const [, variable, name] = EMBEDDED.exec(line) ?? [];
  if (name === undefined) return [line];
  return [
    `${variable}'`,
    ...(programs?.[name]?.split('\n') ?? program(name, parts)).map((one) => one.replaceAll("'", `'\\''`)),
    "'",
  ];
}

/**
 * Lines that run `$script`, behind a condition. Where that does not hold, the script could not be unpacked, and says
 * so; see common.sh for the form and the exit code.
 */
export function runUnpacked(condition: string, message: string, hint: string): string[] {
  const fault = { smokejumper: 1, ok: false, id: '', code: 'MISSING_TOOL', message, hint };
  return [`${condition} || {`, `\tprintf '%s\\n' '${JSON.stringify(fault)}'`, '\texit 78', '}', 'eval "$script"'];
}

function packed(action: ScriptAction, lines: readonly string[], pack: Pack): string[] {
  const text = pack(outdented(`${lines.slice(0, -1).join('\n')}\n`));
  return [
    `# It is packed, since SSM takes 64 KB: \`smokejumper script ${action}\` prints it in clear.`,
    ...runUnpacked(
      `script=$(echo ${text} | base64 -d | gzip -dc)`,
      'The script could not be unpacked: base64 or gzip is missing.',
      'Install coreutils and gzip.',
    ),
    lines.at(-1) ?? '',
  ];
}

function program(name: string, parts: ScriptParts): string[] {
  const lines = name.endsWith('.js') ? joinModules(name, (part) => codeLines(part, parts)) : codeLines(name, parts);
  // JavaScript and shell are full of apostrophes; in awk one is a slip.
  const bad = name.endsWith('.awk') ? lines.find((line) => line.includes("'")) : undefined;
  if (bad !== undefined) throw invalid(`${name} cannot stand in quotes: there is an apostrophe in "${bad.trim()}".`);
  return withoutBlankRuns(lines);
}

function codeLines(name: string, parts: ScriptParts): string[] {
  const text = parts.get(name);
  const comment = COMMENT_LINE[name.slice(name.lastIndexOf('.') + 1)];
  if (text === undefined || comment === undefined) throw invalid(`There is no part ${name}.`);
  return withoutBlockComments(name, text)
    .trimEnd()
    .split('\n')
    .filter((line) => !comment.test(line));
}

/** Documentation blocks of JavaScript, which begin and end lines. */
function withoutBlockComments(name: string, text: string): string {
  return name.endsWith('js') ? text.replace(/^[ \t]*\/\*\*.*?\*\/[ \t]*\n/gms, '') : text;
}

/** Where comments were, at most one empty line is left; none at the beginning. */
function withoutBlankRuns(lines: readonly string[]): string[] {
  return lines.filter((line, at) => line !== '' || (at > 0 && lines[at - 1] !== ''));
}

function invalid(message: string): AppError {
  return new AppError('SCRIPT_INVALID', message, {
    hint: 'The files in remote-scripts are damaged; check them out again.',
  });
}
