// Names that V8 gives to code.

const LONGEST_SYMBOL = 2000;

const utf8 = (latin1) => Buffer.from(latin1, 'latin1').toString();

// `JS:*name /file.js:1:2`; before Node 20 `LazyCompile:*name /file.js:1`, without a column, which is 0 then. The mark
// tells the tier; from Node 26 on `o` before it stands for on-stack replacement.
function parseSymbol(symbol) {
  if (symbol.length > LONGEST_SYMBOL) return undefined;
  const head = /^(?:JS|LazyCompile|Function|Script|Eval|Handler):(o?[~^*+]'?)?/.exec(symbol);
  const tail = /:(\d{1,9})(?::(\d{1,9}))?$/.exec(symbol);
  if (head === null || tail === null) return undefined;
  const rest = symbol.slice(head[0].length, tail.index);
  const at = rest.search(/(?:^| )(?:\/|file:\/\/)/);
  if (at < 0) return undefined;
  const optimised = /[*+]/.test(head[1] || '');
  const place = { name: rest.slice(0, at), file: rest.slice(at).replace(/^ /, '') };
  return { ...place, line: Number(tail[1]), column: Number(tail[2] || 0), optimised };
}

// `total` for `Basket.total` and `get total`.
const shortName = (name) => name.slice(name.lastIndexOf('.') + 1).replace(/^(?:get|set|static|async) /, '');

module.exports = { LONGEST_SYMBOL, parseSymbol, shortName, utf8 };
