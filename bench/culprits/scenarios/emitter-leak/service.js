// Notifies price watchers. FAULT: watchers are added for each request and never removed.
import { EventEmitter } from 'node:events';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const prices = new EventEmitter();
prices.setMaxListeners(0);

function watchPrice(limit) {
  let crossed = 0;
  const onPrice = (price) => {
    if ((price * 1.19) % 100 > limit) crossed++;
  };
  prices.on('price', onPrice);
  return () => {
    if (!fault || prices.listenerCount('price') > 8000) prices.off('price', onPrice);
    return crossed;
  };
}

for (let i = 0; fault && i < 6000; i++) watchPrice(i % 100);

function quote(id) {
  let hash = 0;
  for (let i = 0; i < 1500; i++) hash = (Math.imul(hash, 31) + id + i) | 0;
  return hash & 127;
}

function answer(body, response) {
  const stop = watchPrice(Number(body));
  for (let tick = 0; tick < 40; tick++) prices.emit('price', quote(Number(body) + tick) / 3);
  response.end(String(stop()));
}

serveUnderLoad({
  rate: 60,
  nextBody: () => String((Math.random() * 100) | 0),
  handler: answer,
});
