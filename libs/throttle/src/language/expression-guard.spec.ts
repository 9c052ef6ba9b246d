import { describe, expect, it } from '@jest/globals';
import { RuleLanguage } from './rule-language.js';

const lists = { products: ['Fenix', 'Firefox'], packages: { Fenix: ['a'] } };

function compile(source: string): RuleLanguage {
  const language = new RuleLanguage(lists);
  language.compile(source, 'bool');
  return language;
}

describe('the expression guard', () => {
  it.each([
    'products.exists(p, products.exists(q, p == q))',
    'products.all(p, size(products.filter(q, q == p)) == 1)',
    'products.exists(p, products.map(q, q + p)[0] == "")',
    'products.map(p, products.map(q, p))[0][0] == ""',
    'products.exists(p, ["a"].exists_one(q, q == p))',
    'products.filter(p, packages[p].exists(q, q == p))[0] == ""',
    'products.exists(p, p == "a" || (true && !["x"].all(q, q == p)))',
    'products.exists(p, {"a": ["x"].map(q, q)}.a[0] == p)',
    'products.exists(p, get(["x"].map(q, q)[0]) == p)',
  ])('refuses nested comprehensions: %s', (source) => {
    expect(() => compile(source)).toThrow('must not be used inside another comprehension');
  });

  it.each([
    'annotations.exists(a, a == "x")',
    'json(get("A")).exists(a, a == "x")',
    'json(get("A")).list.all(a, a == "x")',
    'json(get("A"))["list"].map(a, a)[0] == "x"',
    '(products + products).exists(p, p == "x")',
    'products.map(p, annotations)[0].exists(a, a == "x")',
    'packages.Fenix[0].exists(a, a == "x")',
    '(get("A") == "x" ? products : products).exists(p, p == "x")',
    '{"a": 1}.exists(k, k == "a")',
  ])('refuses a comprehension over data of any length: %s', (source) => {
    expect(() => compile(source)).toThrow('can be used only on a list of this ruleset');
  });

  it.each([
    'products.exists(p, p == annotations.A)',
    'products.exists(p, annotations["A"] == p)',
    'products.exists(p, annotations[p] == "x")',
    'products.exists(p, annotations.?A.orValue("") == p)',
    'products.exists(p, annotations == annotations)',
    'products.exists(p, p in [annotations.A])',
  ])('refuses reading annotations in a comprehension without counting the cost: %s', (source) => {
    expect(() => compile(source)).toThrow(
      'inside a comprehension, annotations must be read with get()',
    );
  });

  it.each([
    ['get("A").split("")[0] == "x"', 'split'],
    ['products.join() == "x"', 'join'],
    ['cel.bind(x, get("A") + get("A"), x + x == "")', 'bind'],
    ['bytes(get("A")).size() == 1', 'bytes'],
    ['timestamp(get("A")) == timestamp("x")', 'timestamp'],
    ['duration(get("A")) == duration("1s")', 'duration'],
    ['dyn(5) == 5', 'dyn'],
    ['optional.of(5).hasValue()', 'of'],
    ['get("A").indexOf("x") == 1', 'indexOf'],
    ['get("A").matchesReplacement("x")', 'matchesReplacement'],
    ['get("A").containsReplacement("x")', 'containsReplacement'],
    ['matches(get("A"), "x")', 'matches'],
    ['get("A").get("x") == ""', 'get'],
    ['get("A").lowerAscii() == "x"', 'lowerAscii'],
    ['evil()', 'evil'],
  ])('refuses functions that are not in the table: %s', (source, name) => {
    expect(() => compile(source)).toThrow(`unknown function ${name}()`);
  });

  it.each([
    'get("A").matches(get("B"))',
    'get("A").matches("a" + get("B"))',
    'get("A").matches(get("B") == "" ? "a" : "b")',
    'products.exists(p, get("A").matches(p))',
    'get("A").matches(json(get("B")))',
    'get("A").matches(5)',
    'get("A").matches()',
  ])('refuses patterns that are not literals: %s', (source) => {
    expect(() => compile(source)).toThrow(
      'matches() needs one regular expression, written as a string in quotes',
    );
  });

  it('evaluates a pattern that makes other engines hang, in every position', () => {
    const text = `${'a'.repeat(100_000)}!`;
    for (const source of [
      'get("A").matches("^(a+)+$")',
      '!(!get("A").matches("^(a+)+$"))',
      'products.exists(p, get("A").matches("^(a+)+$"))',
      'get("B") == "" ? get("A").matches("^(a+)+$") : true',
    ]) {
      const language = new RuleLanguage(lists);
      const expression = language.compile(source, 'bool');
      const run = () => expression.run();
      expect(language.withReport(new Map([['A', text]]), () => new Date(0), run)).toBe(false);
    }
  });

  it.each([
    ['bytes', `"${'x'.repeat(4100)}" == ""`, 'the expression is 4108 bytes; the limit is 4096'],
    ['nodes', Array.from({ length: 510 }, () => 'true').join('&&'), 'too large or nested'],
    ['unary operators', `${'!'.repeat(4000)}true`, 'too large or nested'],
    ['brackets', `${'('.repeat(2000)}true${')'.repeat(2000)}`, 'too large or nested'],
    ['list brackets', '['.repeat(2000), 'too large or nested'],
    ['member accesses', `json("")${'.a'.repeat(1500)} == 1`, 'too large or nested'],
  ])('refuses an expression with too many %s', (_what, source, message) => {
    expect(() => compile(source)).toThrow(message);
  });

  it('allows long ordinary expressions', () => {
    const terms = Array.from({ length: 120 }, (_, index) => `get("Product") == "p${index}"`);
    expect(() => compile(terms.join(' || '))).not.toThrow();
  });
});
