/** Reads what each file imports, types included, from its syntax tree. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

export interface Import {
  /** `service/cli/main.ts` */
  readonly from: string;
  /** A file of ours from the root, a package (`@aws-sdk/client-sns`), or a module of Node (`node:fs`). */
  readonly to: string;
  readonly typesOnly: boolean;
}

const ROOT = join(import.meta.dirname, '../..');

/** All files of source code, those that were generated too. */
export function sourceFiles(): string[] {
  return globSync('{service,sandbox}/**/*.{ts,js}', { cwd: ROOT }).sort();
}

/** The imports of a file of ours. Throws when one leads nowhere. */
export function readImports(file: string): Import[] {
  return importsOf(file, readFileSync(join(ROOT, file), 'utf8')).map(({ specifier, typesOnly }) => ({
    from: file,
    to: resolve(file, specifier),
    typesOnly,
  }));
}

interface Found {
  readonly specifier: string;
  readonly typesOnly: boolean;
}

/**
 * `import`, `import type`, `export … from`, `import()`, `import('…').T` in types and `require`; what is reached
 * without an import statement, too: `new URL('./worker.ts', import.meta.url)`, `process.getBuiltinModule`,
 * `….resolve('PACKAGE/package.json')`.
 */
export function importsOf(file: string, text: string): Found[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found: Found[] = [];
  const add = (source: unknown, typesOnly: boolean): void => {
    const { value } = (source ?? {}) as { value?: unknown };
    if (typeof value === 'string') found.push({ specifier: value, typesOnly });
  };
  new Visitor({
    ImportDeclaration({ source, importKind, specifiers }) {
      const each = specifiers.map((one) => one.type === 'ImportSpecifier' && one.importKind === 'type');
      add(source, importKind === 'type' || (each.length > 0 && each.every(Boolean)));
    },
    ExportNamedDeclaration({ source, exportKind }) {
      add(source, exportKind === 'type');
    },
    ExportAllDeclaration({ source, exportKind }) {
      add(source, exportKind === 'type');
    },
    ImportExpression({ source }) {
      add(source, false);
    },
    TSImportType({ source }) {
      add(source, true);
    },
    TSExternalModuleReference({ expression }) {
      add(expression, false);
    },
    NewExpression({ callee, arguments: [first, second] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'URL' || second === undefined) return;
      const code = text.slice(second.start, second.end);
      if (code === 'import.meta.url') add(first, false);
    },
    CallExpression({ callee, arguments: [first] }) {
      const name = callee.type === 'MemberExpression' ? text.slice(callee.property.start, callee.property.end) : '';
      const value = first?.type === 'Literal' ? String(first.value) : '';
      const isRequire = callee.type === 'Identifier' && callee.name === 'require';
      if (isRequire || name === 'getBuiltinModule' || (name === 'resolve' && value.endsWith('/package.json'))) {
        add(first, false);
      }
    },
  }).visit(program);
  return found;
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) {
    return specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
  }
  const target = normalize(join(dirname(file), specifier));
  if (!existsSync(join(ROOT, target))) throw new Error(`${file} imports ${specifier}, which does not exist.`);
  return target;
}
