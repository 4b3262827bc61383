'use strict';

const { isUnread } = require('./unread.js');

class Room {
  #messages = [];
  #members = [];
  #undo = null;

  constructor(members, keepUndo) {
    this.#members = members;
    this.keepUndo = keepUndo;
  }

  snapshot() {
    return structuredClone(this.#messages);
  }

  say(message) {
    if (this.keepUndo) this.#undo = this.snapshot();
    this.#messages.push(message);
    if (this.#messages.length > 160) this.#messages.shift();
  }

  undo() {
    if (this.#undo !== null) this.#messages = this.#undo;
  }

  badges() {
    const badges = [];
    for (const member of this.#members) {
      let count = 0;
      for (const message of this.#messages) if (isUnread(message, member)) count++;
      if (count > 0) badges.push({ to: member.name, count });
    }
    return badges;
  }
}

module.exports = { Room };
