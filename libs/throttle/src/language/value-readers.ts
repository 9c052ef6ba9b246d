import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * What an operator or function may do with the value of an operand: read all of it, or look a name up in it (on the
 * right of `in`). Access to a field reads no more of a list or map than its nodes count.
 */
export type ValueReader = 'all' | 'lookup';

const binaryOperators: ReadonlySet<string> = new Set([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
] satisfies ASTNode['op'][]);

/** The operands that a node reads, with what it does with each. */
export function operandsReadBy(node: ASTNode): readonly (readonly [ASTNode, ValueReader])[] {
  if (node.op === 'in') {
    return [
      [node.args[0], 'all'],
      [node.args[1], 'lookup'],
    ];
  }
  if (node.op === 'call') return readAll(node.args[1]);
  if (node.op === 'rcall') return readAll([node.args[1], ...node.args[2]]);
  return binaryOperators.has(node.op) ? readAll(node.args as readonly ASTNode[]) : [];
}

function readAll(nodes: readonly ASTNode[]): readonly (readonly [ASTNode, ValueReader])[] {
  return nodes.map((node) => [node, 'all'] as const);
}
