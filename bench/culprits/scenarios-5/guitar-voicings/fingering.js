export class Fingering {
  constructor(chord, frets) {
    this.chord = chord;
    this.frets = frets;
  }

  /** How many frets the hand has to span; open strings need no finger. */
  stretch() {
    let [low, high] = [24, 0];
    for (const fret of this.frets) {
      if (fret > 0 && fret < low) low = fret;
      if (fret > high) high = fret;
    }
    return high - low;
  }

  /** As songbooks write it: `x32010`. */
  toString() {
    return this.frets.map((fret) => (fret < 0 ? 'x' : fret.toString(16))).join('');
  }
}
