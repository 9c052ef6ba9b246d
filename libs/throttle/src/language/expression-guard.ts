/**
 * Keeps an expression's cost linear in the size of the report, before it is ever evaluated.
 *
 * CEL has no loops but four ways to cost more than it seems: comprehensions inside one another,
 * comprehensions over data that a client sends (a list of any length), functions that build large
 * values, and backtracking regular expressions. Only listed functions may be called; a comprehension
 * ranges over the document's own lists, holds no other and reads annotations by `get` only, which
 * `EvaluationBudget` counts; `matches` takes a literal RE2 pattern.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { ExpressionError } from './expression-error.js';
import { LinearPattern } from './linear-pattern.js';
import { suggest } from '../document/nearest-word.js';
import { type RuleFunction, ruleFunctions, ruleMethods } from './rule-functions.js';

type MethodCall = Extract<ASTNode, { op: 'rcall' }>;

/** Names under which bounded versions of these methods are registered; no author may call them. */
export const boundedMethods = { matches: 'matchesBounded', contains: 'containsBounded' } as const;
const comprehensions = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

export interface ExpressionGuard {
  /** Lists of the document, which a comprehension may range over. */
  readonly lists: ReadonlySet<string>;
  /** Receives every literal pattern, compiled once. */
  readonly patterns: Map<string, LinearPattern>;
}

/**
 * Checks a parsed expression and redirects its `matches` and `contains` calls to bounded ones.
 * @returns the names of variables that it uses
 * @throws ExpressionError
 */
export function guardExpression(root: ASTNode, guard: ExpressionGuard): ReadonlySet<string> {
  const names = new Set<string>();
  visit(root, false);
  return names;

  function visit(node: ASTNode, insideComprehension: boolean): void {
    if (node.op === 'id') {
      names.add(node.args);
      assertCounted(node.args, insideComprehension, node);
    } else if (node.op === 'call') {
      assertKnown(node.args[0], ruleFunctions, ruleMethods, node);
    } else if (node.op === 'rcall') {
      visitMethodCall(node, insideComprehension);
      return;
    }
    for (const child of children(node)) visit(child, insideComprehension && !isLookup(node, child));
  }

  function visitMethodCall(node: MethodCall, insideComprehension: boolean): void {
    const [name, receiver, parameters] = node.args;
    assertKnown(name, ruleMethods, ruleFunctions, node);
    if (comprehensions.has(name)) {
      assertBounded(name, receiver, insideComprehension, guard.lists);
    } else if (name === 'matches') {
      compilePattern(node, guard.patterns);
      node.args[0] = boundedMethods.matches;
    } else if (name === 'contains') {
      node.args[0] = boundedMethods.contains;
    }
    visit(receiver, insideComprehension);
    for (const parameter of parameters)
      visit(parameter, insideComprehension || comprehensions.has(name));
  }
}

function assertKnown(
  name: string,
  known: ReadonlyMap<string, RuleFunction>,
  otherKind: ReadonlyMap<string, RuleFunction>,
  node: ASTNode,
): void {
  if (!known.has(name)) {
    const usage = otherKind.get(name)?.usage;
    const hint = usage === undefined ? suggest(name, [...known.keys()]) : `write ${usage}`;
    throw new ExpressionError(
      `rules have no function ${name} that is called like this`,
      node.pos,
      hint,
    );
  }
}

/** True for `x in child` and `has(child)`: they look a name up, and read no text. */
function isLookup(node: ASTNode, child: ASTNode): boolean {
  if (node.op === 'in') return child === node.args[1] && child.op === 'id';
  return node.op === 'call' && node.args[0] === 'has';
}

function assertCounted(name: string, insideComprehension: boolean, node: ASTNode): void {
  if (insideComprehension && name === 'annotations') {
    throw new ExpressionError(
      'inside a comprehension annotations are read by get',
      node.pos,
      'write get("Name")',
    );
  }
}

function assertBounded(
  name: string,
  range: ASTNode,
  insideComprehension: boolean,
  lists: ReadonlySet<string>,
): void {
  if (insideComprehension) {
    throw new ExpressionError(
      `${name} must not stand inside another comprehension`,
      range.pos,
      'its cost would multiply: split the rule, or compare with "in"',
    );
  }
  if (!isBounded(range, lists)) {
    throw new ExpressionError(
      `${name} may range over a list of this ruleset only`,
      range.pos,
      'what a report holds may be of any length',
    );
  }
}

/** A list of the document or one of its groups, a written list, or a filtered one of these. */
function isBounded(range: ASTNode, lists: ReadonlySet<string>): boolean {
  if (range.op === 'id') return lists.has(range.args);
  if (range.op === '.' || range.op === '[]')
    return range.args[0].op === 'id' && lists.has(range.args[0].args);
  if (range.op === 'rcall') return range.args[0] === 'filter' && isBounded(range.args[1], lists);
  return range.op === 'list';
}

function compilePattern(node: MethodCall, patterns: Map<string, LinearPattern>): void {
  const [, , [pattern]] = node.args;
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
    throw new ExpressionError(
      'matches takes one regular expression written as a text',
      (pattern ?? node).pos,
      'a pattern that is only known when a report arrives cannot be compiled beforehand',
    );
  }
  try {
    patterns.set(pattern.args, patterns.get(pattern.args) ?? new LinearPattern(pattern.args));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ExpressionError(message, pattern.pos, 'RE2 has no lookaround and no back references');
  }
}

function children(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'value' || node.op === 'id') return [];
  if (node.op === '.' || node.op === '.?') return [node.args[0]];
  if (node.op === 'call') return node.args[1];
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]];
  if (node.op === '!_' || node.op === '-_') return [node.args];
  return node.op === 'map' ? node.args.flat() : node.args;
}
