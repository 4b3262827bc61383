/** Puts the script for an instance together from the files in remote-scripts. */
import { AppError } from '../shared/errors.ts';

/** What a script is asked to do; its first file is `ACTION.sh`. */
export const SCRIPT_ACTIONS = ['run', 'fetch', 'clean', 'source'] as const;
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

/**
 * The first file of the action with every part in its place and without lines of comment. Whoever reads the result
 * finds the comments in the files, so it begins with where it comes from. Throws `SCRIPT_INVALID`.
 */
export function assembleScript(action: ScriptAction, parts: ScriptParts): string {
  const main = `${action}.sh`;
  const lines = expand(main, parts, new Set([main]));
  const origin = `# Assembled from remote-scripts/${main} of Smokejumper; the comments are there.`;
  return `${['#!/bin/sh', origin, ...withoutBlankRuns(lines)].join('\n')}\n`;
}

export function assembleScripts(parts: ScriptParts): RemoteScripts {
  const [run, fetch, clean, source] = SCRIPT_ACTIONS.map((action) => assembleScript(action, parts));
  return { run, fetch, clean, source } as RemoteScripts;
}

/** The lines of a shell file, with those of the files that it names. */
function expand(name: string, parts: ScriptParts, seen: Set<string>): string[] {
  return codeLines(name, parts).flatMap((line) => {
    const [, sourced] = SOURCED.exec(line) ?? [];
    if (sourced !== undefined) {
      if (seen.has(sourced)) throw invalid(`${name} names ${sourced}, which is already part of the script.`);
      return expand(sourced, parts, seen.add(sourced));
    }
    const [, variable, embedded] = EMBEDDED.exec(line) ?? [];
    return embedded === undefined ? [line] : [`${variable}'`, ...quotable(embedded, parts), "'"];
  });
}

/** In single quotes nothing is special but the single quote itself. */
function quotable(name: string, parts: ScriptParts): string[] {
  const lines = codeLines(name, parts);
  // JavaScript is full of apostrophes; in awk one is a slip.
  if (name.endsWith('.js')) return withoutBlankRuns(lines).map((line) => line.replaceAll("'", `'\\''`));
  const bad = lines.find((line) => line.includes("'"));
  if (bad !== undefined) throw invalid(`${name} cannot stand in quotes: there is an apostrophe in "${bad.trim()}".`);
  return withoutBlankRuns(lines);
}

function codeLines(name: string, parts: ScriptParts): string[] {
  const text = parts.get(name);
  const comment = COMMENT_LINE[name.slice(name.lastIndexOf('.') + 1)];
  if (text === undefined || comment === undefined) throw invalid(`There is no part ${name}.`);
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !comment.test(line));
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
