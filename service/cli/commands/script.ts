import { SCRIPT_ACTIONS } from '../../capture/assemble-script.ts';
import { DOCUMENT_NAME } from '../../capture/ssm-document.ts';
import { readRemoteScripts, readSsmDocument } from '../../remote-scripts.ts';
import { parseCommand, usageError } from '../usage.ts';

/**
 * `smokejumper script [run|fetch|clean|source|confirm|document]`: what is sent to an instance, without the arguments;
 * or the SSM document that holds all of it.
 */
export async function runScript(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand('script', args);
  const [name = 'run', ...more] = positionals;
  const action = SCRIPT_ACTIONS.find((known) => known === name);
  if (more.length > 0 || (action === undefined && name !== 'document'))
    throw usageError(`script takes one of ${SCRIPT_ACTIONS.join('|')}|document.`);
  if (action === undefined) printDocument();
  else process.stdout.write(readRemoteScripts()[action]);
  return 0;
}

function printDocument(): void {
  const { version, content } = readSsmDocument();
  process.stdout.write(content);
  const file = `smokejumper-profile-${version}.json`;
  const common = `--name ${DOCUMENT_NAME} --version-name ${version} --content file://${file}`;
  process.stderr.write(
    `Keep it as ${file} (smokejumper script document >${file}), then create the document:\n` +
      `  aws ssm create-document --document-type Command --document-format JSON ${common}\n` +
      'or, where there is an older one, update it:\n' +
      `  aws ssm update-document --document-version '$LATEST' --document-format JSON ${common}\n` +
      `and give the service SSM_DOCUMENT=${DOCUMENT_NAME}.\n`,
  );
}
