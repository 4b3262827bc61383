'use strict';

const { gzipSync } = require('node:zlib');

/** What is kept of an import, in case somebody asks. */
function pack(rows, level) {
  const text = rows.map(({ mail, name, from }) => `${mail}\t${name}\t${from}`).join('\n');
  return gzipSync(text, { level }).toString('base64');
}

module.exports = { pack };
