/** Computes a formula in postfix notation, as sheets are stored: `price amount * 1.19 *`. */
export function evaluate(tokens, cells) {
  const stack = [];
  for (const token of tokens) {
    if (typeof token === 'number') {
      stack.push(token);
      continue;
    }
    if (token.name !== undefined) {
      stack.push(cells.get(token.name) ?? 0);
      continue;
    }
    const right = stack.pop();
    const left = stack.pop();
    switch (token.operator) {
      case '+':
        stack.push(left + right);
        break;
      case '-':
        stack.push(left - right);
        break;
      case '*':
        stack.push(left * right);
        break;
      case '/':
        stack.push(right === 0 ? 0 : left / right);
        break;
      case 'max':
        stack.push(Math.max(left, right));
        break;
      default:
        throw new SyntaxError(`There is no operator ${token.operator}.`);
    }
  }
  return stack[0];
}

const OPERATORS = new Set(['+', '-', '*', '/', 'max']);

export function parse(text) {
  return text.split(' ').map((word) => {
    if (OPERATORS.has(word)) return { operator: word };
    return Number.isNaN(Number(word)) ? { name: word } : Number(word);
  });
}
