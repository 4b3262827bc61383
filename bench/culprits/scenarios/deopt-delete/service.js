// Strips internal fields from records. FAULT: with delete, which turns each record into a dictionary.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const make = (i) => ({ internal: i, id: i, name: `n${i}`, size: i % 7, kind: 'k', owner: 'o', rank: i % 3 });

const INTERNAL = ['internal', 'owner'];

function stripInternal(record) {
  if (record.id < 0) throw new Error(`The record ${record.name} has the id ${record.id}.`);
  if (fault) {
    for (const field of INTERNAL) delete record[field];
    if ('internal' in record) throw new Error(`The record ${record.name} still has internals.`);
    return record;
  }
  return { id: record.id, name: record.name, size: record.size, kind: record.kind, rank: record.rank };
}

function weigh(record) {
  return record.size * 3 + record.rank * 5 + record.id;
}

function list(from) {
  let weight = 0;
  for (let i = 0; i < 4000; i++) weight += weigh(stripInternal(make(from + i)));
  return weight;
}

function hashSession(id) {
  let hash = 5381;
  for (let round = 0; round < 2000; round++) for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 33) ^ id.charCodeAt(i)) | 0;
  return hash;
}

function answer(body, response) {
  response.end(`${hashSession(body)} ${list(body.length)}`);
}

serveUnderLoad({
  rate: 180,
  nextBody: () => `session-${(Math.random() * 1e6) | 0}`,
  handler: answer,
});
