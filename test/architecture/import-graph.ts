import { ROOMS, type Room } from './import-table.ts';
import type { Import } from './read-imports.ts';

const withoutEnding = (path: string) => path.replace(/\.[a-z]+$/, '');
const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** The room of a file; undefined when it has none. */
export function roomOf(file: string): Room | undefined {
  const path = withoutEnding(file);
  return ROOMS.filter((room) => within(path, room.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

/** A line of the table as paths from the root: `type:compare` → `service/compare`. */
function allowance(entry: string): { readonly path: string; readonly typesOnly: boolean } {
  const path = entry.replace(/^type:/, '');
  return { path: path.startsWith('sandbox/') ? path : `service/${path}`, typesOnly: path !== entry };
}

function isPackage(target: string): boolean {
  return !within(target, 'service') && !within(target, 'sandbox');
}

/** Whether this one line of a room's row allows the import. */
function allows(entry: string, { to, typesOnly }: Import): boolean {
  if (isPackage(to)) return entry.endsWith('*') ? to.startsWith(entry.slice(0, -1)) : entry === to;
  if (entry === '*') return true;
  const allowed = allowance(entry);
  return within(withoutEnding(to), allowed.path) && (typesOnly || !allowed.typesOnly);
}

const linesOf = (room: Room, one: Import) => (isPackage(one.to) ? room.packages : room.rooms);

/** The imports that leave their room and are not allowed to, in words. */
export function breaches(imports: readonly Import[]): string[] {
  return imports.flatMap((one) => {
    const room = roomOf(one.from);
    if (room === undefined) return [`${one.from} is in no room of the table`];
    if (!isPackage(one.to) && roomOf(one.to) === room) return [];
    if (linesOf(room, one).some((entry) => allows(entry, one))) return [];
    return [`${room.path} may not import ${one.typesOnly ? 'types of ' : ''}${one.to}: ${one.from}`];
  });
}

/** Imports of rooms that stand at the same place of the table or below. */
export function arrowsBack(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to }) => {
    const [source, target] = [roomOf(from), roomOf(to)];
    if (source === undefined || target === undefined || source === target) return [];
    return ROOMS.indexOf(target) < ROOMS.indexOf(source) ? [] : [`${from} imports ${to}, which stands below it`];
  });
}

/** What the table allows and nobody does, or does with types only where values are allowed. */
export function unused(imports: readonly Import[]): string[] {
  return ROOMS.flatMap((room) => {
    const own = imports.filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room);
    const idle = (entry: string, isPackageLine: boolean) => {
      const uses = own.filter((one) => isPackage(one.to) === isPackageLine && allows(entry, one));
      if (uses.length === 0) return [`${room.path} is allowed ${entry} and does not import it`];
      const needsTypesOnly = !isPackageLine && entry !== '*' && !entry.startsWith('type:');
      if (!needsTypesOnly || uses.some(({ typesOnly }) => !typesOnly)) return [];
      return [`${room.path} is allowed ${entry} and imports types of it only: type:${entry}`];
    };
    return [
      ...room.rooms.flatMap((entry) => idle(entry, false)),
      ...room.packages.flatMap((entry) => idle(entry, true)),
    ];
  });
}

/** Sets of files that import each other in a circle, by Tarjan's algorithm. */
export function circles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const number = order.size;
    let lowest = number;
    order.set(file, number);
    low.set(file, number);
    stack.push(file);
    for (const target of next.get(file) ?? []) {
      if (!order.has(target)) lowest = Math.min(lowest, visit(target));
      else if (stack.includes(target)) lowest = Math.min(lowest, low.get(target) ?? number);
      low.set(file, lowest);
    }
    if (lowest === number) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1 || next.get(file)?.includes(file)) found.push(circle.sort());
    }
    return lowest;
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** The table of docs/architecture.md. */
export function printedTable(files: readonly string[]): string {
  const rows = ROOMS.map((room) => {
    const count = files.filter((file) => roomOf(file) === room).length;
    return `| \`${room.path}\` | ${room.does} | ${count} | ${printedAllowances(room)} |`;
  });
  return ['| Folder | What it does | Files | May import |', '|---|---|---|---|', ...rows].join('\n');
}

function printedAllowances({ rooms, packages }: Room): string {
  const values = rooms.filter((entry) => !entry.startsWith('type:'));
  const types = rooms.filter((entry) => entry.startsWith('type:')).map((entry) => entry.slice('type:'.length));
  const list = (entries: readonly string[]) => entries.map((entry) => `\`${entry}\``).join(', ');
  const parts = [
    ...(values.includes('*') ? ['everything above'] : values.length > 0 ? [list(values)] : []),
    ...(types.length > 0 ? [`types of ${list(types)}`] : []),
    ...(packages.length > 0 ? [list(packages)] : []),
  ];
  return parts.join('; ') || 'nothing';
}
