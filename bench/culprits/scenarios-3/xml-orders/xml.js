'use strict';

const BASIC = ['lt', 'gt', 'amp', 'quot', 'apos'].map((name, i) => ({ name, text: '<>&"\''[i] }));

function entityText(entities, name) {
  for (let i = 0; i < entities.length; i++) {
    if (entities[i].name === name) return entities[i].text;
  }
  return `&${name};`;
}

/** Elements without attributes, as the suppliers send them. */
class XmlReader {
  #entities;
  #source = '';
  #at = 0;

  constructor(entities = []) {
    this.#entities = [...entities, ...BASIC];
  }

  read(source) {
    this.#source = source;
    this.#at = 0;
    return this.#element();
  }

  #element() {
    const close = this.#source.indexOf('>', this.#at);
    const name = this.#source.slice(this.#at + 1, close);
    this.#at = close + 1;
    const children = [];
    while (!this.#source.startsWith('</', this.#at)) {
      children.push(this.#source[this.#at] === '<' ? this.#element() : this.#text());
    }
    this.#at += name.length + 3;
    return { name, children };
  }

  #text() {
    const end = this.#source.indexOf('<', this.#at);
    const raw = this.#source.slice(this.#at, end);
    this.#at = end;
    let text = '';
    let from = 0;
    for (let mark = raw.indexOf('&'); mark >= 0; mark = raw.indexOf('&', from)) {
      const stop = raw.indexOf(';', mark);
      text += raw.slice(from, mark) + entityText(this.#entities, raw.slice(mark + 1, stop));
      from = stop + 1;
    }
    return text + raw.slice(from);
  }
}

module.exports = { XmlReader };
