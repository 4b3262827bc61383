'use strict';

/** Whether a row of a join belongs to an entity that was already made. */
function hasKey(entity, row) {
  return entity.number === row.number && entity.tenant === row.tenant;
}

module.exports = { hasKey };
