'use strict';

/** Lays the mark of the studio over a preview, tile by tile. */
function stamp(preview, mark, strength) {
  const marked = new Uint8ClampedArray(preview.pixels.length);
  for (let y = 0; y < preview.height; y++) {
    for (let x = 0; x < preview.width; x++) {
      const at = y * preview.width + x;
      const ink = mark.rows[y % mark.rows.length].charCodeAt(x % mark.width) === 35 ? strength : 0;
      marked[at] = preview.pixels[at] * (1 - ink) + 255 * ink;
    }
  }
  return { ...preview, pixels: marked };
}

module.exports = { stamp };
