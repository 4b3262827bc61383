const WORDS = 'tenant landlord shall pay notice deposit within thirty days of receipt unless agreed in writing'.split(
  ' ',
);

const sentence = (words, pick) => Array.from({ length: words }, () => WORDS[pick(WORDS.length)]).join(' ');

/** Clauses begin alike, as clauses do. */
export function makeDraft(lines, pick) {
  return Array.from(
    { length: lines },
    (_, i) =>
      `    The parties agree that the clause   ${i}: ${sentence(9, pick)}.`,
  );
}

export function revise(draft, pick) {
  return draft.flatMap((line) => {
    if (pick(12) === 0) return [];
    if (pick(12) === 0) return [line, `${line} Amended.`];
    return [pick(2) === 0 ? line.trimStart() : line];
  });
}

export function toHtml(edits) {
  return edits
    .map(({ line, gone, come }) =>
      come === undefined ? `<del id="l${line}">${gone}</del>` : `<ins id="l${line}">${come}</ins>`,
    )
    .join('\n');
}

export function wordCounts(lines) {
  const counts = {};
  for (const line of lines)
    for (const word of line.toLowerCase().match(/[a-z]+/g) ?? []) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
