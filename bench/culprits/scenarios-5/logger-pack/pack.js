'use strict';

const LEAST = 4;
const MOST = 255;

/** Packs bytes as literals and references to what came shortly before. */
function pack(bytes, window) {
  const packed = [];
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let distance = 0;
    for (let from = Math.max(0, at - window); from < at; from++) {
      let same = 0;
      while (same < MOST && at + same < bytes.length && bytes[from + same] === bytes[at + same]) same++;
      if (same > length) {
        length = same;
        distance = at - from;
      }
    }
    if (length >= LEAST) {
      packed.push(1, distance >> 8, distance & 255, length);
      at += length;
    } else {
      packed.push(0, bytes[at]);
      at++;
    }
  }
  return Buffer.from(packed);
}

module.exports = { pack };
