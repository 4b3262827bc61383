/** Differences of two drafts, line by line. Blanks do not count: editors indent as they like. */
const BLANK = 32;

function sameButBlanks(a, b) {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (i < a.length && a.charCodeAt(i) <= BLANK) i++;
    while (j < b.length && b.charCodeAt(j) <= BLANK) j++;
    if (i === a.length || j === b.length) break;
    if (a.charCodeAt(i++) !== b.charCodeAt(j++)) return false;
  }
  return i === a.length && j === b.length;
}

/** Lengths of the longest common part of all tails. */
function commonTails(before, after) {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] = sameButBlanks(before[i], after[j])
        ? lengths[at + width + 1] + 1
        : Math.max(lengths[at + width], lengths[at + 1]);
    }
  }
  return lengths;
}

export function diff(before, after) {
  const lengths = commonTails(before, after);
  const width = after.length + 1;
  const edits = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const at = i * width + j;
    if (lengths[at] === lengths[at + width + 1] + 1 && sameButBlanks(before[i], after[j])) [i, j] = [i + 1, j + 1];
    else if (lengths[at + width] >= lengths[at + 1]) edits.push({ line: i, gone: before[i++] });
    else edits.push({ line: i, come: after[j++] });
  }
  for (; i < before.length; i++) edits.push({ line: i, gone: before[i] });
  for (; j < after.length; j++) edits.push({ line: i, come: after[j] });
  return edits;
}
