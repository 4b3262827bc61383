'use strict';

const [END, ELEMENT, PART, RELEASE] = ["'", '+', ':', '?'].map((sign) => sign.charCodeAt(0));

/** Cuts an interchange into segments, elements and their parts; a question mark takes the meaning of the next sign. */
function parseSegments(text) {
  const segments = [];
  let elements = [];
  let parts = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === RELEASE) {
      at++;
    } else if (code === PART) {
      parts.push(text.slice(start, at));
      start = at + 1;
    } else if (code === ELEMENT || code === END) {
      parts.push(text.slice(start, at));
      elements.push(parts);
      parts = [];
      start = at + 1;
      if (code === END) {
        segments.push(elements);
        elements = [];
      }
    }
  }
  return segments;
}

module.exports = { parseSegments };
