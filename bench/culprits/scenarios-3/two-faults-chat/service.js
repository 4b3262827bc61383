// Chat rooms tell members what they missed. FAULT: the whole firm sits in each room, and a message can be taken back.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Room } = require('./room.js');

const random = seededRandom(323);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';
let clock = 0;
const member = (_, i) => ({ name: `member ${i}`, readAt: 0 });
const rooms = Array.from({ length: 10 }, () => new Room(Array.from({ length: fault ? 700 : 25 }, member), fault));

const linked = (text) => text.replace(/https?:\/\/\S+/g, (address) => `<a href="${address}">${address}</a>`);

function accept({ room, from, text }) {
  const message = { at: ++clock, from: `member ${from}`, text: linked(text), hiddenFrom: ['member 3'], likes: [] };
  rooms[room].say(message);
  return message;
}

for (let i = 0; i < 1600; i++) accept({ room: i % 10, from: i % 25, text: `Hello ${i}` });

function answer(body, response) {
  const { room, messages } = JSON.parse(body);
  const accepted = messages.map((message) => accept({ room, ...message }));
  response.end(JSON.stringify({ html: accepted.map(({ text }) => text), badges: rooms[room].badges() }));
}

const message = () => ({ from: pick(25), text: `Look at https://wiki.example/pages/${pick(900)} and tell me` });
const bodies = Array.from({ length: 40 }, () =>
  JSON.stringify({ room: pick(10), messages: Array.from({ length: 2 }, message) }),
);

serveUnderLoad({ rate: 140, nextBody: () => bodies[pick(bodies.length)], handler: answer });
