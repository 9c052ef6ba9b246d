import { ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { nearestWord } from '#antenna/nearest-word';
import { functionsByName, methodsByName, withPublicNames } from './rule-functions.js';

/** A CEL expression that cannot be used; `offset` is the character at which the problem is. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    message: string,
    readonly offset: number,
    /** How to fix it. */
    readonly hint: string,
  ) {
    super(message);
  }
}

/**
 * Turns an error of the CEL library into one that authors understand. The library's message is kept where it is plain
 * enough; the hint names the usual cause.
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
      return { message: 'a string is not closed', hint: 'add the missing quote' };
    case 'no_such_overload':
      return explainOperator(summary.replace('no such overload: ', ''));
    case 'no_matching_overload':
      return explainCall(summary);
    case 'invalid_macro_argument':
      return {
        message: 'has() needs the name of an annotation after a dot',
        hint: 'write has(annotations.Name); for other names write "X-Name" in annotations',
      };
    case 'limit_exceeded':
      return {
        message: 'the expression is too large or nested too deeply',
        hint: 'split the rule, or move strings into a list',
      };
    default:
      return { message: summary, hint: 'see "Conditions" in docs/throttling.md' };
  }
}

function explainUnknownName(name: string, lists: readonly string[]): Explanation {
  const message = `unknown name ${name}`;
  const usage = functionsByName.get(name)?.usage;
  if (usage) return { message, hint: `write ${usage.join(' or ')}` };
  const nearest = nearestWord(name, ['annotations', ...lists]);
  return {
    message,
    hint:
      nearest === undefined
        ? `put a string in quotes, "${name}"; read an annotation with get("${name}")`
        : `did you mean ${nearest}?`,
  };
}

/** Operators of other languages, found where the parser stopped. */
const foreignOperators: readonly [pattern: RegExp, hint: string][] = [
  [/^(=|==)$/, 'to compare, write =='],
  [/^and\b/i, 'for "and", write &&'],
  [/^or\b/i, 'for "or", write ||'],
  [/^not\b/i, 'for "not", write !'],
  [/^&/, 'for "and", write &&'],
  [/^\|/, 'for "or", write ||'],
];

function explainSyntax(source: string, offset: number): Explanation {
  const rest = source.slice(offset);
  if (rest.trim() === '') {
    return {
      message: 'the expression is incomplete',
      hint: 'add what is missing at the end: a value, a quote or a bracket',
    };
  }
  const word = /^(\w+|[^\w\s"']+)/.exec(rest)?.[0] ?? rest.slice(0, 1);
  const hint = foreignOperators.find(([pattern]) => pattern.test(word))?.[1];
  return {
    message: `unexpected ${JSON.stringify(word)}`,
    hint: hint ?? 'remove it, or add the operator, quote or bracket that is missing before it',
  };
}

function explainOperator(operation: string): Explanation {
  const withNumber = /string/.test(operation) && /\b(int|double)\b/.test(operation);
  return {
    message: `these types cannot be combined: ${operation}`,
    hint: withNumber
      ? 'annotations are strings: compare with "5", or convert with int(…)'
      : 'compare or convert one side so that the operator accepts both types',
  };
}

function explainCall(summary: string): Explanation {
  const call = withPublicNames(/'(.*)'/.exec(summary)?.[1] ?? summary);
  const name = /(\w+)\(/.exec(call)?.[1] ?? '';
  const entry = (call.includes('.') ? methodsByName : functionsByName).get(name);
  const usage = entry?.usage;
  const counts = entry?.implementation?.signatures.map(parameterCount);
  const wrongCount = counts?.includes(parameterCount(call)) === false;
  return {
    message: wrongCount
      ? `${name}() takes ${parameters(counts)}: ${call}`
      : `${name}() does not accept these types: ${call}`,
    hint: usage ? `write ${usage.join(' or ')}` : 'convert with string(…), int(…) or double(…)',
  };
}

/** Of a call or signature such as `get(string, string): string`. */
function parameterCount(call: string): number {
  const inner = /\(([^)]*)\)/.exec(call)?.[1] ?? '';
  // Types such as map<string, string> contain commas.
  return inner === '' ? 0 : inner.replaceAll(/<[^<]*>/g, '').split(',').length;
}

function parameters(counts: readonly number[]): string {
  const distinct = [...new Set(counts)];
  if (distinct.join() === '0') return 'no parameters';
  return `${distinct.join(' or ')} ${distinct.join() === '1' ? 'parameter' : 'parameters'}`;
}
