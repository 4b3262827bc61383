import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { assembleScripts, type RemoteScripts, type ScriptParts } from './capture/assemble-script.ts';
import { SHORT_PROGRAMS } from './capture/short-programs.generated.ts';
import { buildDocument, type SsmDocument, unpackDocument } from './capture/ssm-document.ts';

/** The scripts take a tenth of it; what is read may come from somebody else. */
const MAX_UNPACKED_BYTES = 2 << 20;

const FOLDER = join(import.meta.dirname, '../remote-scripts');

export function readParts(): ScriptParts {
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
  return assembleScripts(readParts(), { pack, programs: SHORT_PROGRAMS });
}

/** What arrives on an instance: with short names in its programs in JavaScript. Throws `SCRIPT_INVALID`. */
export function readSentScripts(): RemoteScripts {
  return assembleScripts(readParts(), { programs: SHORT_PROGRAMS });
}

/** The SSM document with the scripts. Throws `SCRIPT_INVALID`. */
export function readSsmDocument(): SsmDocument {
  return buildDocument(readSentScripts(), pack, (text) => createHash('sha256').update(text).digest('hex'));
}

/** What a document says, to compare it with another; null when it is none of ours. */
export function readDocumentContent(content: string): unknown {
  return unpackDocument(content, (packed) =>
    gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_UNPACKED_BYTES }).toString(),
  );
}

function pack(text: string): string {
  return gzipSync(text, { level: 9 }).toString('base64');
}
