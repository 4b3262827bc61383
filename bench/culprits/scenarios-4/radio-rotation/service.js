// What does the station play next? FAULT: the history is kept for the quarterly report, two months of songs.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const Rotation = require('./rotation.js');

const random = seededRandom(406);
const pick = (n) => (random() * n) | 0;
const remember = process.env.FAULT === '1' ? 12000 : 120;
const stations = Array.from({ length: 6 }, () => new Rotation({ gap: 3600, remember }));
let now = 0;

const song = () => ({ title: `Song ${pick(5000)}`, artist: pick(900), seconds: 150 + pick(120) });
for (const station of stations) for (let i = 0; i < remember; i++) station.next([song()], (now += 200));

const announce = ({ title, artist, seconds }) => `${title} by artist ${artist}, ${(seconds / 60).toFixed(1)} min`;

function hour(body, response) {
  const { station, wishes } = JSON.parse(body);
  const list = [];
  for (let i = 0; i < 12; i++) {
    const next = stations[station].next(wishes.slice(i * 3, i * 3 + 8), (now += 200));
    list.push(next === null ? 'jingle' : announce(next));
  }
  response.end(list.join('\n'));
}

const bodies = Array.from({ length: 40 }, () =>
  JSON.stringify({ station: pick(6), wishes: Array.from({ length: 44 }, song) }),
);
serveUnderLoad({ rate: 150, handler: hour, nextBody: () => bodies[pick(40)] });
