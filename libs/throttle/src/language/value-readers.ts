import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * What an operator or function may do with the value of an operand: read all of it, look a name
 * up in it (on the right of `in`), or convert it to a number. Access to a field reads no more of a list or map than its nodes count.
 */
export type ValueReader = 'all' | 'lookup' | 'convert';

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
  if (node.op === 'call')
    return readAll(node.args[1], node.args[0] === 'double' ? 'convert' : 'all');
  if (node.op === 'rcall') return readAll([node.args[1], ...node.args[2]]);
  return binaryOperators.has(node.op) ? readAll(node.args as readonly ASTNode[]) : [];
}

function readAll(
  nodes: readonly ASTNode[],
  reader: ValueReader = 'all',
): readonly (readonly [ASTNode, ValueReader])[] {
  return nodes.map((node) => [node, reader] as const);
}
