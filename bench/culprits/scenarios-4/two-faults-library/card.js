'use strict';

const { pbkdf2Sync } = require('node:crypto');

/** What a reader's PIN is stored as. */
function sealPin(pin, card, rounds) {
  return pbkdf2Sync(pin, card, rounds, 32, 'sha256').toString('base64url');
}

module.exports = { sealPin };
