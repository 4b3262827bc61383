// Songbooks for guitars. FAULT: the library has every way to play a chord, not the handful that people use.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Fingering } from './fingering.js';
import { chooseFingerings } from './songbook.js';

const random = seededRandom(507);
const pick = (n) => Math.floor(random() * n);
const ways = process.env.FAULT === '1' ? 2400 : 10;
const chords = ['C', 'Am', 'F', 'G', 'Dm', 'Em', 'E7', 'A7'];

function fingering(chord) {
  const base = pick(9);
  return new Fingering(
    chord,
    Array.from({ length: 6 }, (_, string) => (string > 0 && pick(4) === 0 ? 0 : base + 1 + pick(5))),
  );
}

const library = new Map(chords.map((chord) => [chord, Array.from({ length: ways }, () => fingering(chord))]));
const songs = Array.from({ length: 25 }, (_, i) => ({
  title: `Song ${i}`,
  chords: Array.from({ length: 16 }, () => chords[pick(8)]),
}));

function sheet(body, response) {
  const { title, chords: song, reach } = JSON.parse(body);
  const chosen = chooseFingerings(song, library, reach);
  response.end(`${title}\n${chosen.map((one, i) => `${song[i].padEnd(3)} ${one ?? '?'}`).join('\n')}\n`);
}

serveUnderLoad({
  rate: 100,
  handler: sheet,
  nextBody: () => JSON.stringify({ ...songs[pick(25)], reach: 3 + pick(2) }),
});
