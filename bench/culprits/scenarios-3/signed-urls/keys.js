'use strict';

const { createHmac } = require('node:crypto');

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** Keys for signatures, each of one bucket and one span of time; making one is dear. */
class SigningKeys {
  #keys = new Map();
  #secret;
  #span;

  constructor(secret, span) {
    this.#secret = secret;
    this.#span = span;
  }

  keyFor(bucket, at) {
    const span = at.slice(0, this.#span);
    const id = `${bucket}/${span}`;
    let key = this.#keys.get(id);
    if (key === undefined) {
      key = this.#derive(bucket, span);
      if (this.#keys.size > 1000) this.#keys.clear();
      this.#keys.set(id, key);
    }
    return key;
  }

  #derive(bucket, span) {
    let key = `sign:${this.#secret}`;
    for (const part of [span, 'eu', bucket, 'media', 'request']) key = hmac(key, part);
    return key;
  }
}

module.exports = { SigningKeys };
