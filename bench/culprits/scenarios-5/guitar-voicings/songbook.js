/** For each chord of a song the fingering that lies closest to the one before. */
export function chooseFingerings(song, library, reach) {
  let hand = 0;
  return song.map((chord) => {
    let best = null;
    let nearest = Infinity;
    for (const fingering of library.get(chord)) {
      if (fingering.stretch() > reach) continue;
      const away = Math.abs(fingering.frets[0] - hand);
      if (away >= nearest) continue;
      best = fingering;
      nearest = away;
    }
    hand = best?.frets[0] ?? hand;
    return best;
  });
}
