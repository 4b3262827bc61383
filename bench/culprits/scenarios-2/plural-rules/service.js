// A mailbox counts in the reader's language. FAULT: a university in Brest joined, whose language has the longest rules.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { inbox, sidebar } from './messages.js';

const random = seededRandom(111);
const pick = (n) => (random() * n) | 0;
const locales = process.env.FAULT === '1' ? ['br'] : ['en', 'en', 'en', 'en', 'ru'];
const boxes = Array.from({ length: 20 }, () =>
  Array.from({ length: 24 }, (_, i) => ({
    name: `Folder ${i} & <more>`,
    threads: Array.from({ length: 170 }, () => 1 + pick(900)),
  })),
);

function answer(body, response) {
  const { locale, folders } = JSON.parse(body);
  response.end(`<ul>${sidebar(folders)}</ul>${inbox(locale, folders).join(', ')}`);
}

serveUnderLoad({
  rate: 210,
  nextBody: () => JSON.stringify({ locale: locales[pick(locales.length)], folders: boxes[pick(boxes.length)] }),
  handler: answer,
});
