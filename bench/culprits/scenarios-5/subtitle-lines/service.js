// Captions for films are broken into two lines. FAULT: the new font lists the width of every single letter.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { twoLines } = require('./layout.js');

const random = seededRandom(510);
const pick = (n) => (random() * n) | 0;
const widths =
  process.env.FAULT === '1'
    ? Array.from({ length: 1200 }, (_, code) => ({ last: code, width: 400 + ((code * 37) % 300) }))
    : [127, 591, 1023, 1327].map((last) => ({ last, width: 560 }));
const font = { name: 'Caption Sans', size: 42, widths };
const words = ['море', 'ветер', 'возвращается', 'завтра', 'никто', 'the', 'light', 'и', 'далеко', 'слушает'];

const caption = () => Array.from({ length: 6 + pick(4) }, () => words[pick(words.length)]).join(' ');
const files = Array.from({ length: 20 }, () => Array.from({ length: 4 }, caption).join('\n'));

function layOut(body, response) {
  const blocks = body.split('\n').map((text, i) => `${i + 1}\n${twoLines(text, font).join('\n')}`);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(blocks.join('\n\n'));
}

serveUnderLoad({ rate: 90, handler: layOut, nextBody: () => files[pick(files.length)] });
