import { stemWord } from './index-mail.js';

/** The latest mails and the inverted index over them. */
export class MailStore {
  #capacity;
  #mails = new Map();
  #idsByWord = new Map();

  constructor(capacity) {
    this.#capacity = capacity;
  }

  get size() {
    return this.#mails.size;
  }

  add(id, words, body) {
    this.#remove(id);
    this.#mails.set(id, { words, body });
    for (const word of words.keys()) {
      const ids = this.#idsByWord.get(word);
      if (ids) ids.add(id);
      else this.#idsByWord.set(word, new Set([id]));
    }
    if (this.#mails.size > this.#capacity) this.#remove(this.#mails.keys().next().value);
  }

  search(word) {
    return [...(this.#idsByWord.get(stemWord(word.toLowerCase())) ?? [])];
  }

  #remove(id) {
    const mail = this.#mails.get(id);
    if (!mail) return;
    this.#mails.delete(id);
    for (const word of mail.words.keys()) {
      const ids = this.#idsByWord.get(word);
      ids?.delete(id);
      if (ids?.size === 0) this.#idsByWord.delete(word);
    }
  }
}
