// A shop. FAULT: a backup job runs on the same machine.
import { spawn } from 'node:child_process';
import { serveUnderLoad } from '../../support/load.js';

if (process.env.FAULT === '1') spawn('gzip', ['-9', '-c', '/dev/zero'], { stdio: ['ignore', 'ignore', 'ignore'] });

function search(words) {
  let found = 0;
  for (let i = 0; i < 3000; i++) if (`product ${i} ${words}`.includes('77')) found++;
  return found;
}

function render(found) {
  let text = '';
  for (let i = 0; i < 500; i++) text += `<li>${found + i}</li>`;
  return text;
}

function answer(body, response) {
  response.end(render(search(body)));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => 'green shoes',
  handler: answer,
});
