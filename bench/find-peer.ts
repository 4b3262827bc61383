import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A tool to measure against: named by an environment variable, or on PATH; undefined when it is not there. */
export function findPeer(variable: string, command: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && existsSync(named)) return named;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((part) => join(part, command))
    .find((path) => existsSync(path));
}
