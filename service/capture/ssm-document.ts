/**
 * The SSM document of our own: a service that may send nothing but this document cannot run arbitrary shell. It holds
 * the same scripts that `scriptText` would send, and takes what they are asked for as parameters, each with a pattern.
 */
import { outdented, type Pack, type RemoteScripts, runUnpacked, SCRIPT_ACTIONS } from './assemble-script.ts';
import { toBase64 } from './script-answer.ts';
import { OPTION_NAMES, type OptionName, SCRIPT_OPTIONS, type ScriptCall } from './script-call.ts';

export const DOCUMENT_NAME = 'Smokejumper-Profile';

export interface SsmDocument {
  /** Of what it does: a service and a document of different versions do not work together. */
  readonly version: string;
  /** JSON, schema 2.2. */
  readonly content: string;
}

/** Base64 of gzip → text. Must bound what it unpacks. */
export type Unpack = (packed: string) => string;

interface Parameter {
  readonly type: 'String';
  readonly description: string;
  readonly default?: string;
  readonly allowedPattern: string;
}

const BASE64 = '[A-Za-z0-9+/]+={0,2}';

/** `pack`: see `assembleScript`. `hash`: hex, of a text. */
export function buildDocument(scripts: RemoteScripts, pack: Pack, hash: (text: string) => string): SsmDocument {
  const archive = archiveOf(scripts);
  // Of the text, not of its gzip, which differs with version and architecture.
  const version = hash(JSON.stringify(contentOf('', archive))).slice(0, 16);
  return { version, content: `${JSON.stringify(contentOf(version, pack(archive)))}\n` };
}

/** The parameters by which a document of this version does what is asked for. SSM checks them. */
export function documentParameters(call: ScriptCall, version: string): Record<string, string> {
  const given = OPTION_NAMES.flatMap((name) => {
    const value = call.options[name];
    return value === undefined ? [] : [[name, parameterText(name, value)] as const];
  });
  return { version, action: call.action, ...Object.fromEntries(given) };
}

/** What a document says once its scripts are unpacked, to compare two; null when that cannot be read. */
export function unpackDocument(content: string, unpack: Unpack): unknown {
  try {
    return JSON.parse(content, (_key, value: unknown) =>
      typeof value === 'string'
        ? value.replace(PACKED, (_all, head: string, text: string) => head + unpack(text))
        : value,
    );
  } catch {
    return null;
  }
}

const PACKED = /^(packed=')([A-Za-z0-9+/=]+)'$/;
/**
 * The paragraphs of all scripts, each once and like beside like: gzip looks back 32 KB only. The first one tells which
 * of them make up each script (`run 2-40 57`), counted from 2.
 */
function archiveOf(scripts: RemoteScripts): string {
  const texts = SCRIPT_ACTIONS.map((action) =>
    outdented(scripts[action])
      .trimEnd()
      .split(/\n{2,}/),
  );
  const unique = [...new Set(texts.flat())].sort((one, other) => kindOf(one) - kindOf(other));
  const numbers = new Map(unique.map((text, at) => [text, at + 2]));
  const lists = SCRIPT_ACTIONS.map((action, at) => {
    return [action, ...ranges((texts[at] ?? []).map((text) => numbers.get(text) ?? 0))].join(' ');
  });
  return `${[lists.join('\n'), ...unique].join('\n\n')}\n`;
}

/** Shell, awk and JavaScript, by what they look like: only the size depends on it. */
function kindOf(text: string): number {
  if (/=>|\bconst\b|;$/m.test(text)) return 2;
  return /^function |\bprintf? "|\$0/m.test(text) ? 1 : 0;
}

/** `2-40 57`. */
function ranges(numbers: readonly number[]): string[] {
  const found: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else found.push({ from: number, to: number });
  }
  return found.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
}

/** For awk: prints the script `action` of the archive. */
const EXTRACT = [
  'BEGIN { RS = ""; ORS = "\\n\\n" }',
  '{ text[NR] = $0 }',
  'END {',
  'lines = split(text[1], list, "\\n")',
  'for (i = 1; i <= lines; i++) {',
  'n = split(list[i], part, " ")',
  'if (part[1] == action) for (k = 2; k <= n; k++) {',
  'split(part[k] "-" part[k], ends, "-")',
  'for (j = ends[1] + 0; j <= ends[2] + 0; j++) print text[j]',
  '}',
  '}',
  '}',
];

function contentOf(version: string, packed: string) {
  return {
    schemaVersion: '2.2',
    description: `Smokejumper ${version}: profiles the programs of a Linux instance with perf.`,
    parameters: parameters(version),
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'profile',
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: { timeoutSeconds: '{{ executionTimeout }}', runCommand: shell(packed) },
      },
    ],
  };
}

function parameters(version: string): Record<string, Parameter> {
  const optional = OPTION_NAMES.map((name): readonly [string, Parameter] => [
    name,
    { type: 'String', description: SCRIPT_OPTIONS[name].about, default: '', allowedPattern: `^(${pattern(name)})?$` },
  ]);
  return {
    version: { type: 'String', description: 'version of this document', allowedPattern: `^${version}$` },
    action: { type: 'String', description: 'what to do', allowedPattern: `^(${SCRIPT_ACTIONS.join('|')})$` },
    ...Object.fromEntries(optional),
    executionTimeout: {
      type: 'String',
      description: 'seconds',
      default: '300',
      allowedPattern: '^[1-9][0-9]{0,4}$',
    },
  };
}

function pattern(name: OptionName): string {
  const option = SCRIPT_OPTIONS[name];
  if (option.kind === 'text') return BASE64;
  return option.kind === 'words' ? `${option.pattern}( ${option.pattern}){0,9}` : option.pattern;
}

function parameterText(name: OptionName, value: string | true | readonly string[]): string {
  if (value === true) return 'yes';
  if (typeof value !== 'string') return value.join(' ');
  return SCRIPT_OPTIONS[name].kind === 'text' ? toBase64(value) : value;
}

/** Every value stands in single quotes, and no pattern lets one through. */
function shell(packed: string): string[] {
  return [
    '#!/bin/sh',
    '# Made by `smokejumper script document`. `smokejumper script ACTION` prints what is packed below.',
    "set -- '{{ action }}'",
    ...OPTION_NAMES.map(optionLine),
    `packed='${packed}'`,
    "extract='",
    ...EXTRACT,
    "'",
    'script=$(echo "$packed" | base64 -d | gzip -dc | awk -v action="$1" "$extract")',
    ...runUnpacked('[ -n "$script" ]', 'The script cannot be unpacked.', 'Install coreutils, gzip and awk.'),
  ];
}

function optionLine(name: OptionName): string {
  const { flag, kind } = SCRIPT_OPTIONS[name];
  const value = `'{{ ${name} }}'`;
  if (kind === 'words') return `for word in $(echo ${value}); do set -- "$@" ${flag} "$word"; done`;
  const words =
    kind === 'flag' ? flag : kind === 'text' ? `${flag} "$(echo ${value} | base64 -d)"` : `${flag} ${value}`;
  return `[ -z ${value} ] || set -- "$@" ${words}`;
}
