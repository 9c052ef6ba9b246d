import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { type RuleList, rulesetLimits } from '../document/ruleset-document.js';
import { clauseSources } from './clause-sources.js';
import { CurrentReport } from './current-report.js';
import { explainCelError, ExpressionError } from './expression-error.js';
import { guardExpression } from './expression-guard.js';
import { meterEvaluation } from './metered-evaluator.js';
import { registeredName, type RuleFunction, ruleFunctions } from './rule-functions.js';
import type { LinearPattern } from '#antenna/linear-pattern';
import type { ValueReader } from './value-readers.js';

/** Nodes and nesting of one expression; 4 KiB of ordinary rules stay far below. */
const limits = { maxAstNodes: 1000, maxDepth: 32, maxListElements: 500, maxMapEntries: 100 };
/** In nanoseconds for a character: a sample hashes the string that its `by` returns. */
const hashSteps = 5;
const noAnnotations: ReadonlyMap<string, string> = new Map();

/** A part of a condition that must hold for the whole condition to hold. */
export interface ExpressionClause {
  /** As the author wrote it. */
  readonly text: string;
  /** @throws the error of the evaluation */
  run(): unknown;
}

/** A compiled expression. It reads the report that its language evaluates. */
export interface CompiledExpression {
  /** @throws the error of the evaluation */
  run(): unknown;
  /** Variables and lists that the expression names. */
  readonly names: ReadonlySet<string>;
  /** The expression is the literal `true`. */
  readonly alwaysTrue: boolean;
  /** The parts of `a && b && c`, in order; the whole expression if it has no such parts. */
  clauses(): readonly ExpressionClause[];
}

/** CEL with the variables, lists and functions of throttle rules. Evaluation is synchronous, one report at a time. */
export class RuleLanguage {
  private readonly environment = new Environment({ enableOptionalTypes: true, limits });
  private readonly patterns = new Map<string, LinearPattern>();
  private readonly readers = new WeakMap<ASTNode, ValueReader>();
  private readonly report = new CurrentReport(this.patterns);
  private readonly lists: ReadonlySet<string>;
  private readonly variables: Record<string, unknown> = { annotations: noAnnotations };

  constructor(lists: { readonly [name: string]: RuleList }) {
    this.lists = new Set(Object.keys(lists));
    this.environment.registerVariable('annotations', 'map<string, string>');
    for (const [name, list] of Object.entries(lists)) {
      const grouped = !Array.isArray(list);
      this.environment.registerVariable(
        name,
        grouped ? 'map<string, list<string>>' : 'list<string>',
      );
      this.variables[name] = grouped ? new Map(Object.entries(list)) : list;
    }
    for (const entry of ruleFunctions) this.register(entry);
    meterEvaluation(this.environment, this.report, this.readers);
  }

  /** Whether expressions already give the name a meaning, so that no list can have it. */
  static isReserved(name: string): boolean {
    try {
      const { ast } = emptyEnvironment.parse(name);
      return ast.op !== 'id' || name === 'annotations' || emptyEnvironment.hasVariable(name);
    } catch {
      // A keyword does not even parse.
      return true;
    }
  }

  /**
   * Parses and checks an expression and bounds its cost.
   * @param type what it must return
   * @throws ExpressionError
   */
  compile(source: string, type: 'bool' | 'string'): CompiledExpression {
    assertLength(source);
    const parsed = this.parse(source);
    const names = guardExpression(parsed.ast, {
      lists: this.lists,
      patterns: this.patterns,
      readers: this.readers,
    });
    this.check(source, parsed, type);
    const variables = this.variables;
    const alwaysTrue = parsed.ast.op === 'value' && parsed.ast.args === true;
    const report = this.report;
    const run = (): unknown => {
      const value = parsed(variables);
      if (typeof value === 'string') report.spend(value.length * hashSteps);
      return value;
    };
    let clauses: readonly ExpressionClause[] | undefined;
    return {
      run,
      names,
      alwaysTrue,
      // Only explanations need them; decisions about reports do not.
      clauses: () =>
        (clauses ??= this.compileClauses(clauseSources(source, parsed.ast)) ?? [
          { text: source, run },
        ]),
    };
  }

  /** Runs expressions against a report. Nothing of the report is kept afterwards. */
  withReport<Result>(
    annotations: ReadonlyMap<string, string>,
    now: () => Date,
    evaluate: () => Result,
  ): Result {
    this.variables['annotations'] = annotations;
    this.report.start(annotations, now);
    try {
      return evaluate();
    } finally {
      this.variables['annotations'] = noAnnotations;
      this.report.end();
    }
  }

  private register(entry: RuleFunction): void {
    if (!entry.implementation) return;
    const { signatures, create } = entry.implementation;
    const handler: (...parameters: never[]) => unknown = create(this.report);
    for (const signature of signatures) {
      const registered = signature.replace(`${entry.name}(`, `${registeredName(entry)}(`);
      // Without `async: false` the library wraps each call to support promises, which these functions never return.
      this.environment.registerFunction(registered, handler, { async: false });
    }
  }

  /** Undefined if a part is not valid on its own: a value from JSON has a type only as an operand. */
  private compileClauses(parts: readonly string[]): readonly ExpressionClause[] | undefined {
    try {
      return parts.map((text) => {
        const compiled = this.compile(text, 'bool');
        return { text, run: () => compiled.run() };
      });
    } catch (error) {
      if (error instanceof ExpressionError) return undefined;
      throw error;
    }
  }

  private parse(source: string): ParseResult {
    try {
      return this.environment.parse(source);
    } catch (error) {
      throw explainCelError(error, source, [...this.lists]);
    }
  }

  private check(source: string, parsed: ParseResult, type: 'bool' | 'string'): void {
    const { valid, error, type: actual } = parsed.check();
    if (!valid) throw explainCelError(error, source, [...this.lists]);
    if (actual !== type) {
      throw new ExpressionError(
        `the expression returns ${actual} but must return ${type}`,
        0,
        type === 'bool' ? 'compare it with a value: … == "value"' : 'convert it with string(…)',
      );
    }
  }
}

function assertLength(source: string): void {
  const bytes = Buffer.byteLength(source);
  if (bytes > rulesetLimits.expressionBytes) {
    throw new ExpressionError(
      `the expression is ${bytes} bytes; the limit is ${rulesetLimits.expressionBytes}`,
      0,
      'move strings into a list, or split the rule',
    );
  }
  if (source.trim() === '')
    throw new ExpressionError('the expression is empty', 0, 'to match every report, write "true"');
}

/** The syntax tree of an expression that `compile` has accepted. */
export function parseExpression(source: string): ASTNode {
  return emptyEnvironment.parse(source).ast;
}

const emptyEnvironment = new Environment({ enableOptionalTypes: true, limits });
