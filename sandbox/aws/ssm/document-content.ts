import { AwsFault } from '../aws-fault.ts';

/** What a Command document of schema 2.2 says, as far as the sandbox runs it: one step of shell, strings for values. */
export interface DocumentContent {
  readonly description: string;
  readonly parameters: ReadonlyMap<string, DocumentParameter>;
  /** Both with `{{ name }}` where parameters go. */
  readonly timeoutSeconds: string;
  readonly runCommand: readonly string[];
}

export interface DocumentParameter {
  readonly description: string;
  /** Without one the parameter must be given. */
  readonly default: string | undefined;
  readonly allowedPattern: RegExp;
}

const MAX_BYTES = 64 * 1024;
const REFERENCE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;
const PARAMETER_KEYS = ['type', 'description', 'default', 'allowedPattern'];
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const invalid = (why: string) => new AwsFault('InvalidDocumentContent', why);

/** Throws `MaxDocumentSizeExceeded`, `InvalidDocumentSchemaVersion` or `InvalidDocumentContent`. */
export function readContent(text: string): DocumentContent {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new AwsFault('MaxDocumentSizeExceeded', 'The size limit of a document is 64 KB.');
  const json = parse(text);
  if (json.schemaVersion !== '2.2')
    throw new AwsFault('InvalidDocumentSchemaVersion', 'The sandbox runs documents of schema version 2.2.');
  const [step, ...more] = Array.isArray(json.mainSteps) ? (json.mainSteps as unknown[]) : [];
  if (!isObject(step) || step.action !== 'aws:runShellScript' || !isObject(step.inputs) || more.length > 0)
    throw invalid('The sandbox runs documents of one step aws:runShellScript.');
  const { timeoutSeconds = '3600', runCommand } = step.inputs;
  const lines = Array.isArray(runCommand) ? (runCommand as unknown[]) : [];
  if (lines.length === 0 || lines.some((line) => typeof line !== 'string') || typeof timeoutSeconds !== 'string')
    throw invalid('The step needs runCommand, a list of strings, and timeoutSeconds, a string.');
  const content = {
    description: typeof json.description === 'string' ? json.description : '',
    parameters: new Map(Object.entries(isObject(json.parameters) ? json.parameters : {}).map(readParameter)),
    timeoutSeconds,
    runCommand: lines as string[],
  };
  for (const [, name = ''] of [timeoutSeconds, ...content.runCommand].join('\n').matchAll(REFERENCE))
    if (!content.parameters.has(name)) throw invalid(`The document refers to ${name}, which is no parameter of it.`);
  return content;
}

function parse(text: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {}
  throw invalid('The content of the document is not a JSON object.');
}

function readParameter([name, given]: [string, unknown]): [string, DocumentParameter] {
  if (!isObject(given) || given.type !== 'String') throw invalid(`Parameter ${name} is not of type String.`);
  const foreign = Object.keys(given).find((key) => !PARAMETER_KEYS.includes(key));
  if (foreign !== undefined) throw invalid(`Parameter ${name} has an unknown property ${foreign}.`);
  const { description = '', default: standard, allowedPattern = '' } = given;
  const allowed = new RegExp(String(allowedPattern));
  if (standard !== undefined && !allowed.test(String(standard)))
    throw invalid(`The default of parameter ${name} does not match its allowedPattern.`);
  const text = standard === undefined ? undefined : String(standard);
  return [name, { description: String(description), default: text, allowedPattern: allowed }];
}

/** The value of every parameter of the document. Throws `InvalidParameters` for what SendCommand would refuse. */
export function parameterValues(
  content: DocumentContent,
  given: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  const unknown = [...given.keys()].find((name) => !content.parameters.has(name));
  if (unknown !== undefined) throw new AwsFault('InvalidParameters', `Unknown parameter: ${unknown}`);
  return new Map(
    [...content.parameters].map(([name, parameter]) => {
      const [value = parameter.default, ...more] = given.get(name) ?? [];
      if (value === undefined) throw new AwsFault('InvalidParameters', `Missing required parameter: ${name}`);
      if (more.length > 0) throw new AwsFault('InvalidParameters', `Parameter ${name} takes one string.`);
      if (!parameter.allowedPattern.test(value))
        throw new AwsFault('InvalidParameters', `Parameter ${name} does not match its allowedPattern.`);
      return [name, value];
    }),
  );
}

/** A text with the values in it, letter by letter: that is why documents need patterns. */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(REFERENCE, (_all, name: string) => values.get(name) ?? '');
}
