const KINDS = ['memo', 'plan', 'minutes', 'contract'];

export function makeLibrary(size, roleNames, pick) {
  return Array.from({ length: size }, (_, id) => ({
    id,
    title: `${KINDS[id % KINDS.length]} ${id}`,
    owner: pick(500),
    role: roleNames[pick(roleNames.length)],
    words: 200 + pick(4000),
    archived: pick(10) === 0,
  }));
}

export function summarise(documents) {
  const byKind = new Map();
  for (const { title, words } of documents) {
    const [kind] = title.split(' ');
    const entry = byKind.get(kind) ?? { kind, count: 0, words: 0, titles: [] };
    entry.count++;
    entry.words += words;
    entry.titles.push(title.toUpperCase());
    byKind.set(kind, entry);
  }
  return [...byKind.values()].sort((a, b) => b.words - a.words);
}
