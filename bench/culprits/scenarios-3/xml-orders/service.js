// Orders of suppliers come as XML. FAULT: one of them uses HTML's names for letters, so all 2,000 of these were added.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { XmlReader } = require('./xml.js');

const random = seededRandom(306);
const pick = (n) => (random() * n) | 0;
const html = Array.from({ length: 2000 }, (_, i) => ({
  name: `${'aeiouncs'[i % 8]}${(i * 7919).toString(36)}`.slice(0, 3 + (i % 3)),
  text: String.fromCharCode(0xc0 + (i % 400)),
}));
const reader = new XmlReader(process.env.FAULT === '1' ? html : []);

function toJson(element) {
  if (typeof element === 'string') return element.trim();
  if (element.children.every((child) => typeof child === 'string')) return element.children.join('').trim();
  return element.children
    .filter((child) => typeof child !== 'string')
    .map((child) => ({ [child.name]: toJson(child) }));
}

function answer(body, response) {
  response.end(JSON.stringify(toJson(reader.read(body))));
}

const items = [
  'Nuts &amp; bolts &lt;M8&gt; &quot;zinc&quot;',
  'Pipe 3&quot; &lt;steel &amp; zinc&gt;',
  'Valve &lt;DN50&gt; &quot;safe &amp; dry&quot;',
  'Screws 4x40 &lt;&quot;fast&quot;&gt;',
  'Joint &amp; seal &quot;X&quot; &lt;new&gt;',
];
const line = () => `<line><item>${items[pick(5)]} ${pick(99)}</item><count>${pick(40)}</count></line>`;
const orders = Array.from({ length: 20 }, () => `<order>${Array.from({ length: 60 }, line).join('')}</order>`);

serveUnderLoad({ rate: 170, nextBody: () => orders[pick(orders.length)], handler: answer });
