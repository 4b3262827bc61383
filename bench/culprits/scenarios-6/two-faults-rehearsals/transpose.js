'use strict';

/** Parts for instruments that sound lower or higher than they are written; out of range goes up an octave. */
function transpose(notes, by, lowest) {
  const part = new Int8Array(notes.length);
  let previous = 0;
  for (let i = 0; i < notes.length; i++) {
    let note = notes[i] + by;
    while (note < lowest) note += 12;
    if (Math.abs(note - previous) > 24 && note - 12 >= lowest) note -= 12;
    part[i] = note;
    previous = note;
  }
  return part;
}

module.exports = { transpose };
