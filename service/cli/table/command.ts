/** What is declared of a command. Arguments are parsed by it; help, completion and the document are printed from it. */

/** As `util.parseArgs` wants it, and what help says of it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in help: `FILE`. */
  readonly value?: string;
  /** The only values that it may have. */
  readonly values?: readonly string[];
  readonly help: string;
}

export interface Argument {
  /** As in the usage: `INSTANCE_ID`. `FILE` and `FOLDER` at its end are completed as paths. */
  readonly name: string;
  /** The only values that it may have. */
  readonly values?: readonly string[];
  readonly help: string;
}

export interface Example {
  /** Behind `smokejumper `. */
  readonly command: string;
  readonly does: string;
}

/** Headings of the help, in its order. */
export const HEADINGS = [
  'Profiles',
  'Instances, through SSM',
  'The service and its incidents',
  'This command line',
] as const;

export interface Command {
  readonly heading: (typeof HEADINGS)[number];
  /** Behind `smokejumper `. */
  readonly usage: string;
  /** Its first sentence stands in the list of commands. */
  readonly about: string;
  readonly arguments?: readonly Argument[];
  /** By long name, in the order of the help. */
  readonly options: Readonly<Record<string, Option>>;
  /** What `--json` prints on stdout; for commands that have it. */
  readonly json?: string;
  /** Whether it reads the variables that configure the service. */
  readonly environment?: boolean;
  readonly examples?: readonly Example[];
}
