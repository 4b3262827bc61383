// Lines of a text by their offsets.

function lineStarts(text) {
  const starts = [0];
  for (const { index } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    const end = index + (text[index] === '\r' && text[index + 1] === '\n' ? 2 : 1);
    starts.push(end);
  }
  return starts;
}

function lineAt(starts, offset) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

module.exports = { lineAt, lineStarts };
