'use strict';

/** A brightness between 0 and 1 as a film shows it: its density grows with the logarithm of the light. */
function toned(value, film) {
  const density = Math.log10(1 + film.contrast * value) / Math.log10(1 + film.contrast);
  return density ** film.gamma;
}

/** How much of a picture is dark, middle or bright. */
function histogram(pixels, film) {
  const counts = new Uint32Array(16);
  for (let i = 0; i < pixels.length; i++) counts[Math.min(15, Math.floor(16 * toned(pixels[i] / 255, film)))]++;
  return counts;
}

module.exports = { histogram };
