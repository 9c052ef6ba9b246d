/**
 * Counts what each part of an expression costs while it is evaluated.
 *
 * Rules read strings that clients send, with operators and functions whose time depends on them: `==`, `+`, `in`, `size`
 * and many more. The CEL library evaluates an expression node by node, so this counts there: every node costs a little,
 * and its value costs what its reader may spend on it. Functions that cost more than that count the rest themselves.
 */
import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import type { CurrentReport } from './current-report.js';
import type { ValueReader } from './value-readers.js';

/** The library's evaluator, as functions of a rule see it. It runs every node but the outermost one. */
interface Evaluator {
  run(node: RunnableNode, context: unknown): unknown;
  tryEval(node: RunnableNode, context: unknown): unknown;
}

type RunnableNode = ASTNode & {
  evaluate(evaluator: Evaluator, node: RunnableNode, context: unknown): unknown;
};

/** In nanoseconds, each measured at its slowest. */
const nodeSteps = 50;
const entrySteps = 20;
/** The library looks every key up to find the first one of a large object. */
const memberSteps = 200;
const failureSteps = 20_000;
/** To compare, concatenate or search. */
const characterSteps = 2;

/** Makes every evaluation in the environment spend from the budget of the report. */
export function meterEvaluation(
  environment: Environment,
  report: CurrentReport,
  readers: Pick<WeakMap<ASTNode, ValueReader>, 'get'>,
): void {
  const evaluator = evaluatorOf(environment);
  evaluator.run = (node, context) => {
    const value = node.evaluate(evaluator, node, context);
    if (typeof value === 'string') {
      report.spend(nodeSteps + value.length * characterSteps);
    } else {
      report.spend(nodeSteps);
      if (typeof value === 'object' && value !== null) spendOn(value, readers.get(node), report);
    }
    return value;
  };
  evaluator.tryEval = (node, context) => {
    try {
      return evaluator.run(node, context);
    } catch (error) {
      // `exists` and `||` go on after a failure, which takes much longer than a result.
      report.spend(failureSteps);
      return error;
    }
  };
}

/** The library passes its evaluator to functions as `this`. */
function evaluatorOf(environment: Environment): Evaluator {
  const found: Evaluator[] = [];
  const probe = function (this: Evaluator): boolean {
    return found.push(this) > 0;
  };
  environment.registerFunction('evaluatorProbe(): bool', probe, { async: false });
  environment.evaluate('evaluatorProbe()');
  const [evaluator] = found;
  if (evaluator === undefined) throw new Error('the CEL library does not pass its evaluator');
  return evaluator;
}

function spendOn(value: object, reader: ValueReader | undefined, report: CurrentReport): void {
  if (reader === undefined || (reader === 'lookup' && value instanceof Map)) return;
  spendOnEntries(value, report);
}

/** An exhausted budget ends the walk. */
function spendOnEntries(value: object, report: CurrentReport): void {
  const isList = Array.isArray(value);
  const entries: Iterable<unknown> = value instanceof Map ? value.values() : Object.values(value);
  for (const entry of entries) {
    report.spend(isList ? entrySteps : memberSteps);
    if (typeof entry === 'string') report.spend(entry.length / 8);
    else if (typeof entry === 'object' && entry !== null) spendOnEntries(entry, report);
  }
}
