/**
 * Keeps an expression's cost linear in the size of the report, before it is ever evaluated.
 *
 * CEL has no loops, but four constructs cost more than they seem to: nested comprehensions, comprehensions over data
 * that a client sends (a list of any length), functions that build large values, and backtracking regular expressions.
 * Therefore rules may call only the functions of the table. A comprehension ranges over the document's own lists,
 * contains no other comprehension, and reads annotations only with `get`, which counts the cost. `matches` takes a
 * literal RE2 pattern.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { suggest } from '#antenna/nearest-word';
import { ExpressionError } from './expression-error.js';
import {
  functionsByName,
  methodsByName,
  registeredName,
  type RuleFunction,
} from './rule-functions.js';
import { LinearPattern } from '#antenna/linear-pattern';
import { operandsReadBy, type ValueReader } from './value-readers.js';

type MethodCall = Extract<ASTNode, { op: 'rcall' }>;

export interface ExpressionGuard {
  /** Lists of the document, which a comprehension may range over. */
  readonly lists: ReadonlySet<string>;
  /** Receives every literal pattern, compiled once. */
  readonly patterns: Map<string, LinearPattern>;
  /** Receives the nodes whose whole value another node reads. */
  readonly readers: WeakMap<ASTNode, ValueReader>;
}

/**
 * Checks a parsed expression and redirects calls of replaced built-ins to their replacements.
 * @returns the names of variables that it uses
 * @throws ExpressionError
 */
export function guardExpression(root: ASTNode, guard: ExpressionGuard): ReadonlySet<string> {
  const names = new Set<string>();
  visit(root, false);
  return names;

  function visit(node: ASTNode, insideComprehension: boolean): void {
    for (const [operand, reader] of operandsReadBy(node)) guard.readers.set(operand, reader);
    if (node.op === 'id') {
      names.add(node.args);
      assertCounted(node.args, insideComprehension, node);
    } else if (node.op === 'call') {
      node.args[0] = registeredName(
        knownFunction(node.args[0], functionsByName, methodsByName, node),
      );
    } else if (node.op === 'rcall') {
      visitMethodCall(node, insideComprehension);
      return;
    }
    for (const child of children(node)) visit(child, insideComprehension && !isLookup(node, child));
  }

  function visitMethodCall(node: MethodCall, insideComprehension: boolean): void {
    const [name, receiver, parameters] = node.args;
    const method = knownFunction(name, methodsByName, functionsByName, node);
    const isComprehension = method.form === 'comprehension';
    if (isComprehension) assertBounded(name, receiver, insideComprehension, guard.lists);
    if (name === 'matches') compilePattern(node, guard.patterns);
    node.args[0] = registeredName(method);
    visit(receiver, insideComprehension);
    for (const parameter of parameters) visit(parameter, insideComprehension || isComprehension);
  }
}

function knownFunction(
  name: string,
  known: ReadonlyMap<string, RuleFunction>,
  otherForm: ReadonlyMap<string, RuleFunction>,
  node: ASTNode,
): RuleFunction {
  const entry = known.get(name);
  if (entry) return entry;
  const usage = otherForm.get(name)?.usage;
  const hint = usage ? `write ${usage.join(' or ')}` : suggest(name, [...known.keys()]);
  throw new ExpressionError(`unknown function ${name}()`, node.pos, hint);
}

/** True for `x in child` and `has(child)`: they look a name up, and read no string. */
function isLookup(node: ASTNode, child: ASTNode): boolean {
  if (node.op === 'in') return child === node.args[1] && child.op === 'id';
  return node.op === 'call' && node.args[0] === 'has';
}

function assertCounted(name: string, insideComprehension: boolean, node: ASTNode): void {
  if (insideComprehension && name === 'annotations') {
    throw new ExpressionError(
      'inside a comprehension, annotations must be read with get()',
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
      `${name}() must not be used inside another comprehension`,
      range.pos,
      'the costs would multiply: split the rule, or compare with "in"',
    );
  }
  if (!isBounded(range, lists)) {
    throw new ExpressionError(
      `${name}() can be used only on a list of this ruleset`,
      range.pos,
      'define the list under lists: values in a report can have any length',
    );
  }
}

/** A list of the document or one of its groups, a literal list, or a filtered one of these. */
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
      'matches() needs one regular expression, written as a string in quotes',
      (pattern ?? node).pos,
      'patterns are compiled before reports arrive, so they cannot come from a report',
    );
  }
  try {
    patterns.set(pattern.args, patterns.get(pattern.args) ?? new LinearPattern(pattern.args));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ExpressionError(
      message,
      pattern.pos,
      'RE2 supports neither lookaround nor backreferences',
    );
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
