// A timeline over shards of a log. FAULT: the log was split into 190 shards instead of 5, each with fewer events.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { merged } from './merge.js';

const random = seededRandom(318);
const pick = (n) => (random() * n) | 0;
const EVENTS = 950;
const shards = process.env.FAULT === '1' ? 190 : 5;

const makeShard = (_, shard) =>
  Array.from({ length: EVENTS / shards }, (_, i) => ({
    at: new Date(1.75e12 + (i * shards + shard) * 977 + pick(900)).toISOString(),
    kind: ['click', 'view', 'buy'][pick(3)],
    shard,
  }));
const timelines = Array.from({ length: 6 }, () => Array.from({ length: shards }, makeShard));

async function* readShard(events) {
  for (const event of events) yield event;
}

async function answer(body, response) {
  const { timeline, kind } = JSON.parse(body);
  const lines = [];
  for await (const event of merged(timelines[timeline].map(readShard))) {
    if (event.kind === kind) lines.push(`${event.at.slice(11, 19)} ${event.kind}@${event.shard}`);
  }
  response.end(lines.join('\n'));
}

serveUnderLoad({
  rate: 90,
  nextBody: () => JSON.stringify({ timeline: pick(6), kind: ['click', 'view', 'buy'][pick(3)] }),
  handler: answer,
});
