import { existsSync } from 'node:fs';
import { nodePath } from '../../../bin/runtimes.ts';

/** A version of Node that `npm test` fetches, or the project's own; `missing`: why it is not there. */
export function otherNode(major: number): { readonly node: string; readonly missing: string | false } {
  const own = major === Number.parseInt(process.versions.node, 10);
  const node = own ? process.execPath : nodePath(String(major));
  return {
    node,
    missing: existsSync(node) ? false : `Node ${major} is not here; \`node bin/runtimes.ts\` fetches it`,
  };
}
