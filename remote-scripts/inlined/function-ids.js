// The functions of the answer, numbered from 0.

const functions = [];
const functionIds = new Map();

function idOf({ name, file, line, column }) {
  const key = `${name}\0${file}\0${line}\0${column}`;
  const known = functionIds.get(key);
  if (known !== undefined) return known;
  functionIds.set(key, functions.length);
  functions.push([name.slice(0, 200), file.slice(0, 1000), line, column]);
  return functions.length - 1;
}

module.exports = { functionIds, functions, idOf };
