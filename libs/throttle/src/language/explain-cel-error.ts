import { ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { ExpressionError } from './expression-error.js';
import { nearestWord } from '../document/nearest-word.js';
import { ruleFunctions, ruleMethods } from './rule-functions.js';

/**
 * Turns an error of the CEL library into one in an author's words. What the library says is kept where
 * it is plain enough; the hint names the usual cause.
 * @param lists names of the document's lists
 */
export function explainCelError(
  error: unknown,
  source: string,
  lists: readonly string[],
): ExpressionError {
  if (error instanceof ParseError || error instanceof CelTypeError) {
    const offset = Math.min(error.range?.start ?? 0, source.length);
    const { message, hint } = explain(error.code, error.summary, source, offset, lists);
    return new ExpressionError(message, offset, hint);
  }
  if (error instanceof RangeError)
    return new ExpressionError('the expression is nested too deeply', 0, 'split the rule');
  throw error;
}

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

function explain(
  code: string,
  summary: string,
  source: string,
  offset: number,
  lists: readonly string[],
): Explanation {
  switch (code) {
    case 'unknown_variable':
      return explainUnknownName(summary.replace('Unknown variable: ', ''), lists);
    case 'unexpected_character':
    case 'unexpected_token':
    case 'expected_token':
      return explainSyntax(source, offset);
    case 'unterminated_string':
      return { message: 'a text is not closed', hint: 'add the missing quote' };
    case 'no_such_overload':
      return explainOperator(summary.replace('no such overload: ', ''));
    case 'no_matching_overload':
      return explainCall(summary);
    case 'invalid_macro_argument':
      return {
        message: 'has takes the name of an annotation after a dot',
        hint: 'write has(annotations.Name); for other names write "X-Name" in annotations',
      };
    case 'limit_exceeded':
      return {
        message: 'the expression is too large or nested too deeply',
        hint: 'split the rule, or move texts into a list',
      };
    default:
      return { message: summary, hint: 'docs/throttling.md shows what an expression may hold' };
  }
}

function explainUnknownName(name: string, lists: readonly string[]): Explanation {
  const nearest = nearestWord(name, ['annotations', ...lists]);
  return {
    message: `nothing is called ${name}`,
    hint:
      nearest === undefined
        ? `a text stands in quotes, "${name}"; an annotation is get("${name}")`
        : `did you mean ${nearest}?`,
  };
}

/** Operators of other languages, found where the parser stopped. */
const foreignOperators: readonly [pattern: RegExp, hint: string][] = [
  [/^(=|==)$/, 'equality is written =='],
  [/^and\b/i, '"and" is written &&'],
  [/^or\b/i, '"or" is written ||'],
  [/^not\b/i, '"not" is written !'],
  [/^&/, '"and" is written &&'],
  [/^\|/, '"or" is written ||'],
];

function explainSyntax(source: string, offset: number): Explanation {
  const rest = source.slice(offset);
  if (rest.trim() === '')
    return { message: 'the expression ends too early', hint: 'something is missing at its end' };
  const word = /^(\w+|[^\w\s"']+)/.exec(rest)?.[0] ?? rest.slice(0, 1);
  const hint = foreignOperators.find(([pattern]) => pattern.test(word))?.[1];
  return {
    message: `${JSON.stringify(word)} cannot stand here`,
    hint: hint ?? 'an operator, a quote or a bracket is missing before it, or it is one too many',
  };
}

function explainOperator(operation: string): Explanation {
  const withNumber = /string/.test(operation) && /\b(int|double)\b/.test(operation);
  return {
    message: `these types do not go together: ${operation}`,
    hint: withNumber
      ? 'annotations are texts: compare with "5", or convert with int(…)'
      : 'both sides must have types that this operator takes: compare or convert one of them',
  };
}

function explainCall(summary: string): Explanation {
  const call = (/'(.*)'/.exec(summary)?.[1] ?? summary).replace('Bounded', '');
  const name = /(\w+)\(/.exec(call)?.[1] ?? '';
  const usage = (call.includes('.') ? ruleMethods : ruleFunctions).get(name)?.usage;
  const message = `${name} cannot be called with these types: ${call}`;
  return {
    message,
    hint: usage === undefined ? 'convert with string(…), int(…) or double(…)' : `write ${usage}`,
  };
}
