const isTree = (value) => typeof value === 'object' && value !== null;

/** Where a tree of settings is not as it was wanted. */
export function drift(wanted, found, path, changes) {
  const keys = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  for (const key of keys) {
    const before = wanted[key];
    const after = found[key];
    const here = path === '' ? key : `${path}.${key}`;
    if (isTree(before) && isTree(after)) {
      drift(before, after, here, changes);
    } else if (before === undefined) {
      changes.push({ kind: 'added', path: here, after });
    } else if (after === undefined) {
      changes.push({ kind: 'removed', path: here, before });
    } else if (before !== after) {
      changes.push({ kind: 'changed', path: here, before, after });
    }
  }
  return changes;
}
