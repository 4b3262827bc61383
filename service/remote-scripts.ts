import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleScripts, type RemoteScripts } from './capture/assemble-script.ts';

const FOLDER = join(import.meta.dirname, '../remote-scripts');

/** What is sent to instances, and run by `smokejumper capture`. Throws `SCRIPT_INVALID`. */
export function readRemoteScripts(): RemoteScripts {
  return assembleScripts(
    new Map(globSync('**/*.*', { cwd: FOLDER }).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')])),
  );
}
