'use strict';

const { isIdle } = require('./idle.js');

class SessionStore {
  #sessions = [];

  add(session) {
    this.#sessions.push(session);
  }

  get size() {
    return this.#sessions.length;
  }

  /** Ends at most one session at a time, so that no request waits for long. */
  sweep(now) {
    const sessions = this.#sessions;
    for (let i = 0; i < sessions.length; i++) {
      if (!isIdle(sessions[i], now)) continue;
      const ended = sessions[i];
      sessions[i] = sessions.at(-1);
      sessions.pop();
      return ended;
    }
    return null;
  }
}

module.exports = { SessionStore };
