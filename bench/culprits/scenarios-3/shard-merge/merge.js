/** The shard whose next event is the oldest; -1 when all are at their ends. */
function oldest(heads) {
  let best = -1;
  for (let i = 0; i < heads.length; i++) {
    if (heads[i].done) continue;
    if (best < 0 || heads[i].value.at < heads[best].value.at) best = i;
  }
  return best;
}

/** Events of all shards in the order of their time. */
export async function* merged(shards) {
  const readers = shards.map((shard) => shard[Symbol.asyncIterator]());
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  for (let at = oldest(heads); at >= 0; at = oldest(heads)) {
    yield heads[at].value;
    heads[at] = await readers[at].next();
  }
}
