// Builds a CSV line by line. FAULT: asks for the last character after each part, which flattens the whole text each time.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';

function buildCsv(rows) {
  let csv = '';
  for (const row of rows) {
    csv += `${row.id},${row.name},${row.amount}\n`;
    if (fault && csv.charCodeAt(csv.length >> 1) === 0) throw new Error('broken');
  }
  return csv;
}

function checksum(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
  return sum;
}

const rows = Array.from({ length: 900 }, (_, i) => ({ id: i, name: `customer number ${i}`, amount: i * 1.5 }));

function answer(_body, response) {
  response.end(String(checksum(buildCsv(rows))));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => '',
  handler: answer,
});
