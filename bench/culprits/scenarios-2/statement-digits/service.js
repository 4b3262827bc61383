// Statements of wallets. FAULT: a currency with seventy-eight decimals was listed.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { makeLedger, readLedger } from './ledger.js';
import { balances, renderRows } from './statement.js';

const random = seededRandom(112);
const pick = (n) => (random() * n) | 0;
const decimals = process.env.FAULT === '1' ? 78 : 2;
const ledgers = Array.from({ length: 16 }, () => makeLedger(260, decimals, pick));

function answer(body, response) {
  const rows = readLedger(body);
  const sums = balances(rows).map(([wallet, sum]) => `<b>${wallet}: ${sum}</b>`);
  response.end(`<table>${renderRows(rows)}</table>${sums.join(' ')}`);
}

serveUnderLoad({ rate: 190, nextBody: () => ledgers[pick(ledgers.length)], handler: answer });
