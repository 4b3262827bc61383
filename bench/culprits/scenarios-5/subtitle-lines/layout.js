'use strict';

const { advance } = require('./font.js');

const widthOf = (text, font) => {
  let width = 0;
  for (let i = 0; i < text.length; i++) width += advance(font.widths, text.charCodeAt(i));
  return (width * font.size) / 1000;
};

/** Breaks a caption where its two lines are most alike. */
function twoLines(caption, font) {
  let best = [caption, ''];
  let least = widthOf(caption, font);
  for (let at = caption.indexOf(' '); at !== -1; at = caption.indexOf(' ', at + 1)) {
    const [first, second] = [caption.slice(0, at), caption.slice(at + 1)];
    const uneven = Math.abs(widthOf(first, font) - widthOf(second, font));
    if (uneven < least) {
      best = [first, second];
      least = uneven;
    }
  }
  return best;
}

module.exports = { twoLines };
