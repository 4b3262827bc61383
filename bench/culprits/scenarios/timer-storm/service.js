// Watches connections for silence. FAULT: each message re-arms the timers of all connections, not only of its own.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const connections = Array.from({ length: 6000 }, (_, i) => ({ id: i, timer: undefined, seen: 0 }));

function rearm(connection) {
  clearTimeout(connection.timer);
  connection.timer = setTimeout(() => {
    connection.seen = 0;
  }, 30000 + (connection.id % 1000));
}

function onMessage(id) {
  connections[id].seen++;
  if (fault) for (const connection of connections) rearm(connection);
  else rearm(connections[id]);
}

function echo(text) {
  let reversed = '';
  for (let i = text.length - 1; i >= 0; i--) reversed += text[i];
  return reversed;
}

function answer(body, response) {
  onMessage(Number.parseInt(body, 10));
  response.end(echo(body));
}

serveUnderLoad({
  rate: 150,
  nextBody: () => `${(Math.random() * 6000) | 0}:${'hello '.repeat(1500)}`,
  handler: answer,
});
