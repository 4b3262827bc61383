'use strict';

const { EventEmitter } = require('node:events');
const { redact } = require('./redact/redact.js');

/** Middleware that keeps the latest lines, and tells them to whoever listens. */
class Journal extends EventEmitter {
  #lines = [];
  #words;

  constructor(words) {
    super();
    this.#words = words;
  }

  middleware = (request, response, next) => {
    const startedAt = performance.now();
    response.once('finish', () => {
      const took = Math.round(performance.now() - startedAt);
      const entry = { at: new Date().toISOString(), method: request.method, path: request.path, took };
      this.#write({ ...entry, status: response.statusCode, body: redact(request.body ?? {}, this.#words) });
    });
    next();
  };

  #write(entry) {
    const line = JSON.stringify(entry);
    if (this.#lines.push(line) > 200) this.#lines.shift();
    this.emit('line', line);
  }
}

module.exports = { Journal };
