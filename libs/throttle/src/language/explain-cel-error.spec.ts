import { describe, expect, it } from '@jest/globals';
import { ExpressionError } from './expression-error.js';
import { RuleLanguage } from './rule-language.js';

function errorOf(source: string, type: 'bool' | 'string' = 'bool'): [string, number, string] {
  const language = new RuleLanguage({ products: ['Fenix'] }, () => new Date(0));
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

describe('errors in expressions', () => {
  it.each([
    ['get("A") = "b"', '"=" cannot stand here', 9, 'equality is written =='],
    ['get("A") === "b"', '"=" cannot stand here', 11, 'equality is written =='],
    ['true and true', '"and" cannot stand here', 5, '"and" is written &&'],
    ['true AND true', '"AND" cannot stand here', 5, '"and" is written &&'],
    ['true or true', '"or" cannot stand here', 5, '"or" is written ||'],
    ['true & true', '"&" cannot stand here', 5, '"and" is written &&'],
    ['true | true', '"|" cannot stand here', 5, '"or" is written ||'],
    ['get("A") ==', 'the expression ends too early', 11, 'something is missing at its end'],
    ['(get("A") == "b"', 'the expression ends too early', 16, 'something is missing at its end'],
    ['get("A") == "b', 'a text is not closed', 12, 'add the missing quote'],
    [
      'get("A") == "b" "c"',
      '"\\"" cannot stand here',
      16,
      'an operator, a quote or a bracket is missing before it, or it is one too many',
    ],
    ['', 'the expression is empty', 0, 'a rule for every report says "true"'],
    ['  ', 'the expression is empty', 0, 'a rule for every report says "true"'],
  ])('of syntax: %j', (source, message, offset, hint) => {
    expect(errorOf(source)).toEqual([message, offset, hint]);
  });

  it.each([
    ['get("P") in product', 'nothing is called product', 12, 'did you mean products?'],
    ['annotation.A == ""', 'nothing is called annotation', 0, 'did you mean annotations?'],
    [
      'get("P") == Fenix',
      'nothing is called Fenix',
      12,
      'a text stands in quotes, "Fenix"; an annotation is get("Fenix")',
    ],
    [
      'get("P").startWith("x")',
      'rules have no function startWith that is called like this',
      0,
      'did you mean startsWith?',
    ],
    [
      'startsWith(get("P"), "x")',
      'rules have no function startsWith that is called like this',
      0,
      'write get("Name").startsWith("text")',
    ],
    [
      'get("P").lower() == "x"',
      'rules have no function lower that is called like this',
      0,
      'write lower(get("Name"))',
    ],
    [
      'has(get("P"))',
      'has takes the name of an annotation after a dot',
      4,
      'write has(annotations.Name); for other names write "X-Name" in annotations',
    ],
  ])('of names: %s', (source, message, offset, hint) => {
    expect(errorOf(source)).toEqual([message, offset, hint]);
  });

  it.each([
    ['get("A") == 5', 'these types do not go together: string == int', 'compare with "5"'],
    ['get("A") > 5.5', 'these types do not go together: string > double', 'convert with int(…)'],
    ['5 in products', 'these types do not go together: int in list<string>', 'compare with'],
    ['get(5) == ""', 'get cannot be called with these types: get(int)', 'write get("Name")'],
    [
      'get("A").contains(5)',
      'contains cannot be called with these types: string.contains(int)',
      'write get("Name").contains("text")',
    ],
    ['get("A")', 'the expression gives string, it must give bool', 'compare it'],
    ['json(get("A")).b', 'the expression gives dyn, it must give bool', 'compare it'],
  ])('of types: %s', (source, message, hint) => {
    const [given, , advice] = errorOf(source);
    expect(given).toBe(message);
    expect(advice).toContain(hint);
  });

  it('tell what the key of a sample must be', () => {
    expect(errorOf('size(get("A"))', 'string')).toEqual([
      'the expression gives int, it must give string',
      0,
      'convert it: string(…)',
    ]);
  });

  it('name the fault of a regular expression', () => {
    expect(errorOf('get("A").matches("(a")')).toEqual([
      'not a regular expression (RE2 syntax): missing closing ): `(a`',
      17,
      'RE2 has no lookaround and no back references',
    ]);
  });

  it('keep what the library says when nothing plainer is known', () => {
    expect(errorOf(String.raw`get("\q") == ""`)[0]).toContain('Invalid escape sequence');
  });
});
