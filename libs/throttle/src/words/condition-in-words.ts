/**
 * Puts the condition of a rule into words, for readers who do not know CEL. What has no wording of its own is returned
 * as the expression that it is: words never say less, or something else, than the condition.
 */
import { type ASTNode, serialize } from '@marcbachmann/cel-js';

import type { RuleList } from '../document/ruleset-document.js';
import { parseExpression } from '../language/rule-language.js';
import { subjectInWords } from './subject-in-words.js';
import { joined, type Words } from './words.js';

type Lists = Readonly<Record<string, RuleList>>;

/**
 * The condition of a valid rule, as what must be true of a report: `ProductName is “Firefox”, and …`.
 * @returns undefined if no part of it can be put into words; empty if it holds for every report
 */
export function conditionInWords(match: string, lists: Lists): Words | undefined {
  const ast = parseExpression(match);
  if (ast.op === 'value' && ast.args === true) return [];
  const parts = clausesOf(ast, '&&').map((node) => ({ node, words: clause(node, false, lists) }));
  if (parts.every(({ words }) => words === undefined)) return undefined;
  return joined(
    parts.map(({ node, words }) => words ?? [{ kind: 'expression', text: serialize(node) }]),
    ', and ',
  );
}

function clausesOf(node: ASTNode, operator: '&&' | '||'): readonly ASTNode[] {
  return node.op === operator ? node.args.flatMap((part) => clausesOf(part, operator)) : [node];
}

/** One clause, or its opposite; undefined if it has no wording. */
function clause(node: ASTNode, negated: boolean, lists: Lists): Words | undefined {
  if (node.op === '!_') return clause(node.args, !negated, lists);
  if (node.op === '||') return alternatives(node, negated, lists);
  if (node.op === '==' || node.op === '!=')
    return equality(node.args, (node.op === '!=') !== negated);
  if (node.op === 'in') return membership(node.args, negated, lists);
  if (node.op === '<' || node.op === '<=' || node.op === '>' || node.op === '>=')
    return comparison(negated ? opposite[node.op] : node.op, node.args);
  if (node.op === 'call') return presence(node.args, negated);
  return node.op === 'rcall' ? method(node.args, negated) : undefined;
}

/** `a || b`; what neither of them is, if negated. */
function alternatives(node: ASTNode, negated: boolean, lists: Lists): Words | undefined {
  const parts = clausesOf(node, '||').map((part) => clause(part, negated, lists));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return negated ? joined(parts, ', and ') : ['either ', ...joined(parts, ' or ')];
}

function equality([left, right]: readonly [ASTNode, ASTNode], negated: boolean): Words | undefined {
  const value = literal(right);
  if (value === undefined) return undefined;
  const otherwise = left.op === 'call' && left.args[0] === 'get' ? left.args[1][1] : undefined;
  if (otherwise !== undefined && literal(otherwise) === value) {
    const subject = subjectInWords(left, 'without default');
    if (!subject) return undefined;
    const quoted = { kind: 'value', text: value } as const;
    return negated
      ? [...subject, ' is present and not ', quoted]
      : [...subject, ' is ', quoted, ' or missing'];
  }
  const subject = subjectInWords(left);
  if (!subject) return undefined;
  if (value === '') return [...subject, negated ? ' is not empty' : ' is missing or empty'];
  return [...subject, negated ? ' is not ' : ' is ', { kind: 'value', text: value }];
}

function membership(
  [element, container]: readonly [ASTNode, ASTNode],
  negated: boolean,
  lists: Lists,
): Words | undefined {
  const subject = subjectInWords(element);
  if (!subject) return undefined;
  if (container.op === 'list') {
    const values = container.args.map((entry) => literal(entry));
    if (!values.every((value) => value !== undefined)) return undefined;
    const quoted = values.map((text): Words => [{ kind: 'value', text }]);
    return [...subject, negated ? ' is none of ' : ' is one of ', ...joined(quoted, ', ')];
  }
  const not = negated ? ' is not ' : ' is ';
  if (container.op === 'id' && Object.hasOwn(lists, container.args)) {
    const list = { kind: 'list', text: container.args } as const;
    return Array.isArray(lists[container.args])
      ? [...subject, `${not}in `, list]
      : [...subject, `${not}a group of `, list];
  }
  if (container.op !== '[]' || container.args[0].op !== 'id') return undefined;
  const group = subjectInWords(container.args[1]);
  const list = { kind: 'list', text: container.args[0].args } as const;
  return group && [...subject, `${not}in the group of `, ...group, ' in ', list];
}

const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;
type Comparison = keyof typeof opposite;
const numberWords = { '<': 'less than', '<=': 'at most', '>': 'more than', '>=': 'at least' };
const orderWords = {
  '<': 'sorts before',
  '<=': 'sorts before or is',
  '>': 'sorts after',
  '>=': 'sorts after or is',
};

function comparison(
  operator: Comparison,
  [left, right]: readonly [ASTNode, ASTNode],
): Words | undefined {
  const amount = right.op === 'value' && typeof right.args === 'bigint' ? right.args : undefined;
  if (amount === undefined) {
    const subject = subjectInWords(left);
    const value = literal(right);
    if (!subject || value === undefined) return undefined;
    return [...subject, ` ${orderWords[operator]} `, { kind: 'value', text: value }];
  }
  if (left.op !== 'call' || left.args[1][0] === undefined) return undefined;
  const [name, [operand]] = left.args;
  const subject = subjectInWords(operand);
  if (!subject) return undefined;
  const range = `${numberWords[operator]} ${amount}`;
  switch (name) {
    case 'buildAgeDays': {
      // The age of what is no build ID is -1.
      const others = operator.startsWith('<') && amount >= 0n ? ', or is no build ID' : '';
      return [...subject, ` is ${range} days old${others}`];
    }
    case 'int':
      return [...subject, ` as a number is ${range}`];
    case 'size':
      return [...subject, ` has ${range} characters`];
    default:
      return undefined;
  }
}

/** `has(annotations.Name)` */
function presence(
  [name, [field]]: readonly [string, readonly ASTNode[]],
  negated: boolean,
): Words | undefined {
  if (name !== 'has' || field?.op !== '.' || field.args[0].op !== 'id') return undefined;
  return [{ kind: 'annotation', text: field.args[1] }, negated ? ' is missing' : ' is present'];
}

const methods: Readonly<Record<string, readonly [holds: string, not: string]>> = {
  startsWith: [' starts with ', ' does not start with '],
  endsWith: [' ends with ', ' does not end with '],
  contains: [' contains ', ' does not contain '],
  matches: [' matches the pattern ', ' does not match the pattern '],
};

function method(
  [name, receiver, parameters]: readonly [string, ASTNode, readonly ASTNode[]],
  negated: boolean,
): Words | undefined {
  const words = methods[name];
  const subject = subjectInWords(receiver);
  const value = parameters[0] && literal(parameters[0]);
  if (!words || !subject || value === undefined) return undefined;
  const kind = name === 'matches' ? 'expression' : 'value';
  return [...subject, words[negated ? 1 : 0], { kind, text: value }];
}

function literal(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
