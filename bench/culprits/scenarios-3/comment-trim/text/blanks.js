'use strict';

/** Without the blanks at the end. */
function withoutTail(text) {
  return text.replace(/\s+$/, '');
}

module.exports = { withoutTail };
