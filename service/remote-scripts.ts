import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { assembleScripts, type RemoteScripts, type ScriptParts } from './capture/assemble-script.ts';

const FOLDER = join(import.meta.dirname, '../remote-scripts');

function readParts(): ScriptParts {
  return new Map(
    globSync('**/*.*', { cwd: FOLDER }).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const),
  );
}

/** What runs on instances, to be read, and to be run on this machine. Throws `SCRIPT_INVALID`. */
export function readRemoteScripts(): RemoteScripts {
  return assembleScripts(readParts());
}

/** The same as it is sent. Throws `SCRIPT_INVALID`. */
export function packRemoteScripts(): RemoteScripts {
  return assembleScripts(readParts(), (text) => gzipSync(text, { level: 9 }).toString('base64'));
}
