import { tokenize } from './tokens.js';

const escape = (value) => String(value).replace(/[<>&]/g, (char) => `&#${char.charCodeAt(0)};`);

function render(tokens, from, to, data) {
  let html = '';
  for (let i = from; i < to; i++) {
    const { kind, text, name } = tokens[i];
    if (kind === 'text') html += text;
    else if (kind === 'value') html += escape(data[name] ?? '');
    else if (kind === 'open') {
      const end = tokens.findIndex((token, at) => at > i && token.kind === 'close' && token.name === name);
      for (const item of data[name] ?? []) html += render(tokens, i + 1, end, { ...data, ...item });
      i = end;
    }
  }
  return html;
}

export class Templates {
  #tokens = new Map();

  constructor(sources, watch) {
    this.sources = sources;
    this.watch = watch;
  }

  /** Templates that are being edited are read anew each time. */
  #tokensOf(name) {
    if (this.watch || !this.#tokens.has(name)) this.#tokens.set(name, tokenize(this.sources[name]));
    return this.#tokens.get(name);
  }

  fill(name, data) {
    const tokens = this.#tokensOf(name);
    return render(tokens, 0, tokens.length, data);
  }
}
