import { describe, expect, it } from '@jest/globals';
import { ExpressionError } from './expression-error.js';
import { RuleLanguage } from './rule-language.js';

function errorOf(source: string, type: 'bool' | 'string' = 'bool'): [string, number, string] {
  const language = new RuleLanguage({ products: ['Fenix'] });
  try {
    language.compile(source, type);
  } catch (error) {
    if (error instanceof ExpressionError) {
      const { message, offset, hint } = error;
      return [message, offset, hint];
    }
    throw error;
  }
  throw new Error(`${source} compiles`);
}

describe('the error of an expression', () => {
  it.each([
    ['get("A") = "b"', 'unexpected "="', 9, 'to compare, write =='],
    ['get("A") === "b"', 'unexpected "="', 11, 'to compare, write =='],
    ['true and true', 'unexpected "and"', 5, 'for "and", write &&'],
    ['true AND true', 'unexpected "AND"', 5, 'for "and", write &&'],
    ['true or true', 'unexpected "or"', 5, 'for "or", write ||'],
    ['true & true', 'unexpected "&"', 5, 'for "and", write &&'],
    ['true | true', 'unexpected "|"', 5, 'for "or", write ||'],
    [
      'get("A") ==',
      'the expression is incomplete',
      11,
      'add what is missing at the end: a value, a quote or a bracket',
    ],
    [
      '(get("A") == "b"',
      'the expression is incomplete',
      16,
      'add what is missing at the end: a value, a quote or a bracket',
    ],
    ['get("A") == "b', 'a string is not closed', 12, 'add the missing quote'],
    [
      'get("A") == "b" "c"',
      'unexpected "\\""',
      16,
      'remove it, or add the operator, quote or bracket that is missing before it',
    ],
    ['', 'the expression is empty', 0, 'to match every report, write "true"'],
    ['  ', 'the expression is empty', 0, 'to match every report, write "true"'],
  ])('explains the syntax error in %j', (source, message, offset, hint) => {
    expect(errorOf(source)).toEqual([message, offset, hint]);
  });

  it.each([
    ['get("P") in product', 'unknown name product', 12, 'write product()'],
    ['get("P") in produts', 'unknown name produts', 12, 'did you mean products?'],
    ['product == "Fenix"', 'unknown name product', 0, 'write product()'],
    ['annotation.A == ""', 'unknown name annotation', 0, 'did you mean annotations?'],
    [
      'get("P") == Fenix',
      'unknown name Fenix',
      12,
      'put a string in quotes, "Fenix"; read an annotation with get("Fenix")',
    ],
    ['get("P").startWith("x")', 'unknown function startWith()', 0, 'did you mean startsWith?'],
    [
      'startsWith(get("P"), "x")',
      'unknown function startsWith()',
      0,
      'write get("Name").startsWith("value")',
    ],
    ['get("P").lower() == "x"', 'unknown function lower()', 0, 'write lower(get("Name"))'],
    [
      'has(get("P"))',
      'has() needs the name of an annotation after a dot',
      4,
      'write has(annotations.Name); for other names write "X-Name" in annotations',
    ],
  ])('explains the unknown name in %s', (source, message, offset, hint) => {
    expect(errorOf(source)).toEqual([message, offset, hint]);
  });

  it.each([
    ['get("A") == 5', 'these types cannot be combined: string == int', 'compare with "5"'],
    ['get("A") > 5.5', 'these types cannot be combined: string > double', 'convert with int(…)'],
    ['5 in products', 'these types cannot be combined: int in list<string>', 'compare with'],
    ['product("Fenix")', 'product() takes no parameters: product(string)', 'write product()'],
    [
      'process(get("A"), "b") == ""',
      'process() takes no parameters: process(string, string)',
      'write',
    ],
    ['get() == ""', 'get() takes 1 or 2 parameters: get()', 'write get("Name") or'],
    [
      'lower(annotations, "a") == ""',
      'lower() takes 1 parameter: lower(map<string, string>, string)',
      'write lower(',
    ],
    [
      'get("A").matches("a", "b")',
      'matches() takes 1 parameter: string.matches(string, string)',
      'write',
    ],
    ['get(5) == ""', 'get() does not accept these types: get(int)', 'write get("Name")'],
    [
      'get("A").contains(5)',
      'contains() does not accept these types: string.contains(int)',
      'write get("Name").contains("value")',
    ],
    ['get("A")', 'the expression returns string but must return bool', 'compare it'],
    ['json(get("A")).b', 'the expression returns dyn but must return bool', 'compare it'],
  ])('explains the type error in %s', (source, message, hint) => {
    const [given, , advice] = errorOf(source);
    expect(given).toBe(message);
    expect(advice).toContain(hint);
  });

  it('names the type that the key of a sample must have', () => {
    expect(errorOf('size(get("A"))', 'string')).toEqual([
      'the expression returns int but must return string',
      0,
      'convert it with string(…)',
    ]);
  });

  it('explains the error in a regular expression', () => {
    expect(errorOf('get("A").matches("(a")')).toEqual([
      'invalid regular expression (RE2 syntax): missing closing ): `(a`',
      17,
      'RE2 supports neither lookaround nor backreferences',
    ]);
  });

  it('keeps the message of the library if there is no plainer one', () => {
    expect(errorOf(String.raw`get("\q") == ""`)[0]).toContain('Invalid escape sequence');
  });
});
