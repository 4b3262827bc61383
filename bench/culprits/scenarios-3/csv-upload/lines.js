'use strict';

const { Transform } = require('node:stream');

/** A line break between quotes belongs to its cell. */
function isQuoted(text, end) {
  let quotes = 0;
  for (let i = 0; i < end; i++) if (text.charCodeAt(i) === 34) quotes++;
  return quotes % 2 === 1;
}

/** Cuts text into records of CSV. */
class RecordSplitter extends Transform {
  #rest = '';

  constructor() {
    super({ readableObjectMode: true, decodeStrings: false });
  }

  _transform(chunk, _encoding, done) {
    this.#rest += chunk;
    for (let at = this.#rest.indexOf('\n'); at >= 0; at = this.#rest.indexOf('\n', at + 1)) {
      if (isQuoted(this.#rest, at)) continue;
      this.push(this.#rest.slice(0, at));
      this.#rest = this.#rest.slice(at + 1);
      at = -1;
    }
    done();
  }

  _flush(done) {
    if (this.#rest !== '') this.push(this.#rest);
    done();
  }
}

module.exports = { RecordSplitter };
