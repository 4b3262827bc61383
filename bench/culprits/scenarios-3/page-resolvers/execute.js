/** Fields that are asked for twice are answered once. */
function askedAs(fields, key) {
  for (let i = 0; i < fields.length; i++) if (fields[i].key === key) return fields[i];
  return undefined;
}

function collect(selections, fragments, fields) {
  for (const { fragment, name, alias = name, selections: below } of selections) {
    if (fragment !== undefined) {
      collect(fragments[fragment], fragments, fields);
      continue;
    }
    const known = askedAs(fields, alias);
    if (known === undefined) fields.push({ key: alias, name, below });
    else if (below !== undefined) known.below = [...known.below, ...below];
  }
  return fields;
}

export function execute(resolvers, value, selections, fragments) {
  const result = {};
  for (const { key, name, below } of collect(selections, fragments, [])) {
    const found = resolvers[name](value);
    if (below === undefined) result[key] = found;
    else if (Array.isArray(found)) result[key] = found.map((one) => execute(resolvers, one, below, fragments));
    else result[key] = execute(resolvers, found, below, fragments);
  }
  return result;
}
