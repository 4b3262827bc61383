'use strict';

/** Whether a folder is another one or lies somewhere in it. */
function liesIn(folder, other) {
  for (let up = folder; up !== null; up = up.parent) {
    if (up === other) return true;
  }
  return false;
}

class Rights {
  #grants = [];

  grant(user, folder, right) {
    this.#grants.push({ user, folder, right });
    return this;
  }

  /** The strongest right that somebody has on a folder. */
  of(user, folder) {
    let strongest = 0;
    for (const grant of this.#grants) {
      if (grant.right > strongest && grant.user === user && liesIn(folder, grant.folder)) strongest = grant.right;
    }
    return strongest;
  }
}

module.exports = { Rights };
