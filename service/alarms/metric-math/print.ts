import { BINDING, type MathNode, NEGATIVE_BINDING } from './tree.ts';

/** As CloudWatch would take it, with no more parentheses than needed; reading it gives the same tree. */
export function printMetricMath(node: MathNode): string {
  switch (node.kind) {
    case 'number':
      return String(node.value);
    case 'text':
      return `"${node.value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    case 'name':
      return node.name;
    case 'call':
      return `${node.name}(${node.args.map(printMetricMath).join(', ')})`;
    case 'list':
      return `[${node.items.map(printMetricMath).join(', ')}]`;
    case 'negative':
      return `-${enclosed(node.of, NEGATIVE_BINDING)}`;
    case 'binary': {
      const binding = BINDING[node.operator];
      return `${enclosed(node.left, binding)} ${node.operator} ${enclosed(node.right, binding + 1)}`;
    }
  }
}

function enclosed(node: MathNode, binding: number): string {
  const own = node.kind === 'binary' ? BINDING[node.operator] : node.kind === 'negative' ? NEGATIVE_BINDING : Infinity;
  return own < binding ? `(${printMetricMath(node)})` : printMetricMath(node);
}
