'use strict';

const { withoutTail } = require('./blanks.js');

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function toHtml(comment) {
  const lines = withoutTail(comment).split('\n');
  return lines.map((line) => `<p>${line.replace(/[&<>]/g, (sign) => ESCAPES[sign])}</p>`).join('');
}

module.exports = { toHtml };
