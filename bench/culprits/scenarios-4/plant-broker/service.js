// Messages of machines go to whoever subscribed. FAULT: every dashboard of the plant subscribes to each line by prefix.
'use strict';

const TopicFilter = require('@plant/topic-filter');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');

const random = seededRandom(411);
const pick = (n) => (random() * n) | 0;
const many = process.env.FAULT === '1' ? 900 : 24;
const halls = ['hall-north', 'hall-south', 'hall-west'];
const subscriptions = Array.from({ length: many }, (_, i) => ({
  client: `dashboard-${i}`,
  filter: new TopicFilter(`plant/${halls[i % 3].slice(0, 6)}*/machine-line-${i % 50}*/+/temperature-${i % 7}`),
}));

function publish({ topic, value }) {
  const levels = topic.split('/');
  const receivers = [];
  for (const { client, filter } of subscriptions) if (filter.accepts(levels)) receivers.push(client);
  return { topic, value: Math.round(value * 10) / 10, receivers: receivers.length };
}

function answer(body, response) {
  const sent = body.split('\n').map((line) => publish(JSON.parse(line)));
  response.end(JSON.stringify(sent));
}

const message = () =>
  JSON.stringify({
    topic: `plant/${halls[pick(3)]}/machine-line-${pick(50)}/press/temperature-${pick(7)}`,
    value: 20 + random() * 80,
  });
const bodies = Array.from({ length: 40 }, () => Array.from({ length: 30 }, message).join('\n'));
serveUnderLoad({ rate: 90, handler: answer, nextBody: () => bodies[pick(40)] });
