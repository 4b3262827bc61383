// Print jobs are put in order. FAULT: a new client sends every document with the same priority, all of one deep folder.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { PrintQueue } = require('./queue.js');

const random = seededRandom(304);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';
const folder = '/srv/shares/finance/archive/customers/europe/2025/quarter-4/invoices/printed/originals/signed/scans';

function answer(body, response) {
  const queue = new PrintQueue();
  for (const line of body.split('\n')) {
    const [path, priority, pages] = line.split('|');
    queue.push({ path, priority: Number(priority), pages: Number(pages) });
  }
  const order = [];
  let pages = 0;
  while (queue.size > 0) {
    const document = queue.pop();
    pages += document.pages;
    order.push(document.path.slice(document.path.lastIndexOf('/') + 1));
  }
  response.setHeader('x-pages', String(pages));
  response.end(order.join('\n'));
}

const document = () => `${folder}/${pick(1e6)}.pdf|${fault ? 5 : pick(1e5)}|${pick(40)}`;
const batches = Array.from({ length: 20 }, () => Array.from({ length: 200 }, document).join('\n'));

serveUnderLoad({ rate: 150, nextBody: () => batches[pick(batches.length)], handler: answer });
