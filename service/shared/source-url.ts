/**
 * `SOURCE_URL`: where the code host shows a line, `https://github.com/acme/web/blob/{commit}/{path}#L{line}`. What is
 * filled in comes from profiled machines, so it never reaches the scheme or the host.
 */
export interface SourceUrlValues {
  readonly commit: string | null;
  readonly revision: string | null;
  /** Below the root of the repository. */
  readonly path: string | null;
  readonly line: number;
}

const NAMES: readonly string[] = ['commit', 'revision', 'path', 'line'];
const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What is wrong with the template, for `SOURCE_URL …`; null where nothing is. */
export function sourceUrlFault(template: string): string | null {
  if (!/^https?:\/\//.test(template)) return 'must begin with https:// or http://';
  const unknown = [...template.matchAll(PLACEHOLDER)].find(([, name = '']) => !NAMES.includes(name));
  if (unknown) return `has ${unknown[0]}, which is not one of ${NAMES.map((name) => `{${name}}`).join(', ')}`;
  if (!template.includes('{path}')) return 'must contain {path}';
  if (/^https?:\/\/[^/?#]*[{}\\@]/.test(template)) return 'may have values only behind the host';
  return URL.canParse(template.replace(PLACEHOLDER, 'x')) ? null : 'is not a URL';
}

/** A commit, in full or shortened: what a REVISION file holds where a deployment tool wrote it. */
const COMMIT = /^[0-9a-f]{7,64}$/;

function encodedPath(path: string): string | null {
  const steps = path.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..')) return null;
  return steps.map(encodeURIComponent).join('/');
}

/** The address of a line; null where a value that the template needs is not known. */
export function fillSourceUrl(template: string, values: SourceUrlValues): string | null {
  const revision = values.revision?.toWellFormed() ?? null;
  const commit = values.commit ?? (revision !== null && COMMIT.test(revision) ? revision : null);
  const texts: Readonly<Record<string, string | null>> = {
    commit: commit === null ? null : encodeURIComponent(commit.toWellFormed()),
    revision: revision === null ? null : encodeURIComponent(revision),
    path: values.path === null ? null : encodedPath(values.path.toWellFormed()),
    line: String(values.line),
  };
  let whole = true;
  const url = template.replace(PLACEHOLDER, (_, name: string) => {
    const text = texts[name] ?? null;
    if (text === null) whole = false;
    return text ?? '';
  });
  return whole ? url : null;
}
