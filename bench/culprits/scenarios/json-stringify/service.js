// Keeps a game's state and answers moves. FAULT: each answer carries the whole board.
import { seededRandom, serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const random = seededRandom(3);
const state = { cells: Array.from({ length: 9000 }, (_, i) => ({ x: i % 90, y: (i / 90) | 0, owner: null, power: random() })) };

function applyMove(move) {
  const cell = state.cells[move.cell % state.cells.length];
  cell.owner = move.player;
  cell.power = (cell.power * 31 + 7) % 1;
  return cell;
}

function neighbours(cell) {
  return state.cells.filter((other) => Math.abs(other.x - cell.x) <= 1 && Math.abs(other.y - cell.y) <= 1);
}

function renderAnswer(cell, nearby) {
  const answer = { cell, nearby: nearby.map((other) => ({ x: other.x, y: other.y, owner: other.owner })), at: Date.now() };
  if (fault) answer.board = state;
  const text = JSON.stringify(answer);
  if (text.length > 50_000_000) throw new Error(`The answer for ${cell.x},${cell.y} has ${text.length} characters.`);
  return { text, etag: `"${text.length}-${cell.x}-${cell.y}"` };
}

function answer(body, response) {
  const cell = applyMove(JSON.parse(body));
  const nearby = neighbours(cell);
  const { text, etag } = renderAnswer(cell, nearby);
  response.setHeader('etag', etag);
  response.end(text.slice(0, 1000));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => JSON.stringify({ cell: (random() * 9000) | 0, player: 'p1' }),
  handler: answer,
});
