import type { ASTNode } from '@marcbachmann/cel-js';

import type { Words } from './words.js';

/** Functions that read a field of the report by any of its names. */
const fields: Readonly<Record<string, string>> = {
  product: 'the product',
  version: 'the version',
  channel: 'the release channel',
  process: 'the process type',
};

/**
 * What a clause is about: `ProductName`, or `“Firefox”`.
 * @returns undefined if it has no wording
 */
export function subjectInWords(node: ASTNode, style?: 'without default'): Words | undefined {
  if (node.op === 'value')
    return typeof node.args === 'string' ? [{ kind: 'value', text: node.args }] : undefined;
  if (node.op === '.') {
    const [object, name] = node.args;
    const isAnnotation = object.op === 'id' && object.args === 'annotations';
    return isAnnotation ? [{ kind: 'annotation', text: name }] : undefined;
  }
  if (node.op === 'rcall') {
    const [name, receiver] = node.args;
    const inner = name === 'trim' ? subjectInWords(receiver) : undefined;
    return inner && [...inner, ' without spaces around it'];
  }
  return node.op === 'call' ? callInWords(node.args, style) : undefined;
}

function callInWords(
  [name, parameters]: readonly [string, readonly ASTNode[]],
  style: 'without default' | undefined,
): Words | undefined {
  const field = fields[name];
  if (field !== undefined) return [field];
  const [first, otherwise] = parameters;
  if (!first) return undefined;
  if (name === 'lower') {
    const inner = subjectInWords(first);
    return inner && [...inner, ' in lower case'];
  }
  if (name !== 'get' || first.op !== 'value' || typeof first.args !== 'string') return undefined;
  const annotation = { kind: 'annotation', text: first.args } as const;
  if (!otherwise || style === 'without default') return [annotation];
  const value = subjectInWords(otherwise);
  return value && [annotation, ' (', ...value, ' if it is missing)'];
}
