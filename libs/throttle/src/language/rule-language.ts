import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { buildAgeDays } from './build-age.js';
import { EvaluationBudget } from './evaluation-budget.js';
import { ExpressionError } from './expression-error.js';
import { boundedMethods, guardExpression } from './expression-guard.js';
import { explainCelError } from './explain-cel-error.js';
import { jsonSteps, parseJsonForRules, type RuleJson } from '../annotations/json-for-rules.js';
import type { LinearPattern } from './linear-pattern.js';
import { type RuleList, rulesetLimits } from '../document/ruleset-document.js';
import { searchSteps } from './text-search.js';

/** Nodes and nesting of one expression; 4 KiB of ordinary rules stay far below. */
const limits = { maxAstNodes: 1000, maxDepth: 32, maxListElements: 500, maxMapEntries: 100 };
const noAnnotations: ReadonlyMap<string, string> = new Map();

/** A compiled expression. It reads the annotations that its language was last given. */
export interface CompiledExpression {
  /** @throws whatever the evaluation fails with */
  run(): unknown;
  /** Variables and lists that the expression names. */
  readonly names: ReadonlySet<string>;
  /** The expression is the literal `true`. */
  readonly alwaysTrue: boolean;
  /** The parts of `a && b && c`, in order; the whole expression when it has no such parts. */
  clauses(): readonly ExpressionClause[];
}

/** A part of a condition that must hold for the whole to hold. */
export interface ExpressionClause {
  /** As the author wrote it. */
  readonly text: string;
  /** @throws whatever the evaluation fails with */
  run(): unknown;
}

/**
 * CEL with the variables, lists and functions of throttle rules.
 *
 * Evaluation is synchronous, so one language holds the annotations of the report at hand: `use` them,
 * run any number of expressions, `release` them.
 */
export class RuleLanguage {
  private readonly environment: Environment;
  private readonly patterns = new Map<string, LinearPattern>();
  private readonly lists: ReadonlySet<string>;
  private readonly variables: Record<string, unknown> & {
    annotations: ReadonlyMap<string, string>;
  };
  private readonly now: () => Date;
  private readonly budget = new EvaluationBudget();
  private parsed: { text: string; value: RuleJson } | undefined;

  constructor(lists: { readonly [name: string]: RuleList }, now: () => Date) {
    this.now = now;
    this.lists = new Set(Object.keys(lists));
    this.environment = new Environment({ enableOptionalTypes: true, limits });
    this.variables = { annotations: noAnnotations };
    this.environment.registerVariable('annotations', 'map<string, string>');
    for (const [name, list] of Object.entries(lists)) {
      const grouped = !Array.isArray(list);
      this.environment.registerVariable(
        name,
        grouped ? 'map<string, list<string>>' : 'list<string>',
      );
      this.variables[name] = grouped ? new Map(Object.entries(list)) : list;
    }
    this.registerFunctions();
  }

  /** A name that a list cannot have, because expressions mean something else by it. */
  static isTaken(name: string): boolean {
    try {
      const { ast } = emptyEnvironment.parse(name);
      return ast.op !== 'id' || name === 'annotations' || emptyEnvironment.hasVariable(name);
    } catch {
      // A reserved word does not even parse.
      return true;
    }
  }

  /**
   * Parses, checks and bounds an expression.
   * @param type what it must give
   * @throws ExpressionError
   */
  compile(source: string, type: 'bool' | 'string'): CompiledExpression {
    if (Buffer.byteLength(source) > rulesetLimits.expressionBytes) {
      throw new ExpressionError(
        `the expression is longer than ${rulesetLimits.expressionBytes} bytes`,
        0,
        'move texts into a list, or split the rule',
      );
    }
    if (source.trim() === '') {
      throw new ExpressionError(
        'the expression is empty',
        0,
        'a rule for every report says "true"',
      );
    }
    const parsed = this.parse(source);
    const names = guardExpression(parsed.ast, { lists: this.lists, patterns: this.patterns });
    this.check(source, parsed, type);
    const variables = this.variables;
    const alwaysTrue = parsed.ast.op === 'value' && parsed.ast.args === true;
    const run = (): unknown => parsed(variables);
    const texts = clauseTexts(source, parsed.ast);
    let clauses: readonly ExpressionClause[] | undefined;
    return {
      run,
      names,
      alwaysTrue,
      // Only explanations ask for them: reports are decided without.
      clauses: () => (clauses ??= this.compileClauses(texts) ?? [{ text: source, run }]),
    };
  }

  use(annotations: ReadonlyMap<string, string>): void {
    this.variables.annotations = annotations;
    this.budget.renew();
  }

  /** Lets go of the report's data. */
  release(): void {
    this.variables.annotations = noAnnotations;
    this.parsed = undefined;
  }

  /** Undefined when a part does not stand on its own: what comes from JSON has a type only as an operand. */
  private compileClauses(texts: readonly string[]): readonly ExpressionClause[] | undefined {
    try {
      return texts.map((text) => {
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
    const { valid, error, type: given } = parsed.check();
    if (!valid) throw explainCelError(error, source, [...this.lists]);
    if (given !== type) {
      throw new ExpressionError(
        `the expression gives ${given}, it must give ${type}`,
        0,
        type === 'bool' ? 'compare it with something: … == "value"' : 'convert it: string(…)',
      );
    }
  }

  private registerFunctions(): void {
    // Without `async: false` the library wraps every call for a promise that never comes.
    const sync = { async: false };
    this.environment
      .registerFunction('get(string): string', (name: string) => this.get(name, ''), sync)
      .registerFunction(
        'get(string, string): string',
        (name: string, otherwise: string) => this.get(name, otherwise),
        sync,
      )
      .registerFunction('json(string): dyn', (text: string) => this.json(text), sync)
      .registerFunction(
        'buildAgeDays(string): double',
        (buildId: string) => buildAgeDays(buildId, this.now()),
        sync,
      )
      .registerFunction('lower(string): string', (text: string) => text.toLowerCase(), sync)
      .registerFunction(
        `string.${boundedMethods.matches}(string): bool`,
        (text: string, pattern: string) => this.matches(text, pattern),
        sync,
      )
      .registerFunction(
        `string.${boundedMethods.contains}(string): bool`,
        (text: string, needle: string) => this.contains(text, needle),
        sync,
      );
  }

  private get(name: string, otherwise: string): string {
    const text = this.variables.annotations.get(name) ?? otherwise;
    this.budget.spend(text.length);
    return text;
  }

  /** The last text is remembered: a rule asks for several fields of one annotation. */
  private json(text: string): RuleJson {
    if (this.parsed?.text !== text) {
      this.budget.spend(jsonSteps(text));
      this.parsed = { text, value: parseJsonForRules(text) };
    }
    return this.parsed.value;
  }

  private matches(text: string, source: string): boolean {
    const pattern = this.patterns.get(source);
    this.budget.spend(pattern?.steps(text) ?? 0);
    return pattern?.test(text) === true;
  }

  private contains(text: string, needle: string): boolean {
    this.budget.spend(searchSteps(text, needle));
    return text.includes(needle);
  }
}

function clauseTexts(source: string, node: ASTNode): readonly string[] {
  return node.op === '&&'
    ? node.args.flatMap((part) => clauseTexts(source, part))
    : [source.slice(node.start, node.end)];
}

const emptyEnvironment = new Environment({ enableOptionalTypes: true });
