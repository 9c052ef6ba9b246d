import { describe, expect, it } from '@jest/globals';
import { RuleLanguage } from './rule-language.js';

const lists = { products: ['Fenix', 'Firefox'], packages: { Fenix: ['a'] } };

function compile(source: string): RuleLanguage {
  const language = new RuleLanguage(lists, () => new Date(0));
  language.compile(source, 'bool');
  return language;
}

describe('the cost of an expression', () => {
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
  ])('cannot multiply: %s', (source) => {
    expect(() => compile(source)).toThrow('must not stand inside another comprehension');
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
  ])('does not depend on how much a client sends: %s', (source) => {
    expect(() => compile(source)).toThrow('may range over a list of this ruleset only');
  });

  it.each([
    'products.exists(p, p == annotations.A)',
    'products.exists(p, annotations["A"] == p)',
    'products.exists(p, annotations[p] == "x")',
    'products.exists(p, annotations.?A.orValue("") == p)',
    'products.exists(p, annotations == annotations)',
    'products.exists(p, p in [annotations.A])',
  ])('counts what is read in a comprehension: %s', (source) => {
    expect(() => compile(source)).toThrow('inside a comprehension annotations are read by get');
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
    ['get("A").matchesBounded("x")', 'matchesBounded'],
    ['get("A").containsBounded("x")', 'containsBounded'],
    ['matches(get("A"), "x")', 'matches'],
    ['get("A").get("x") == ""', 'get'],
    ['get("A").lowerAscii() == "x"', 'lowerAscii'],
    ['evil()', 'evil'],
  ])('comes from known functions only: %s', (source, name) => {
    expect(() => compile(source)).toThrow(`rules have no function ${name}`);
  });

  it.each([
    'get("A").matches(get("B"))',
    'get("A").matches("a" + get("B"))',
    'get("A").matches(get("B") == "" ? "a" : "b")',
    'products.exists(p, get("A").matches(p))',
    'get("A").matches(json(get("B")))',
    'get("A").matches(5)',
    'get("A").matches()',
  ])('needs patterns that are known beforehand: %s', (source) => {
    expect(() => compile(source)).toThrow('matches takes one regular expression written as a text');
  });

  it('is bounded for a pattern that makes other engines hang, wherever it stands', () => {
    const text = `${'a'.repeat(100_000)}!`;
    for (const source of [
      'get("A").matches("^(a+)+$")',
      '!(!get("A").matches("^(a+)+$"))',
      'products.exists(p, get("A").matches("^(a+)+$"))',
      'get("B") == "" ? get("A").matches("^(a+)+$") : true',
    ]) {
      const language = new RuleLanguage(lists, () => new Date(0));
      const expression = language.compile(source, 'bool');
      language.use(new Map([['A', text]]));
      expect(expression.run()).toBe(false);
    }
  });

  it.each([
    ['bytes', `"${'x'.repeat(4100)}" == ""`, 'longer than 4096 bytes'],
    ['nodes', Array.from({ length: 510 }, () => 'true').join('&&'), 'too large or nested'],
    ['unary operators', `${'!'.repeat(4000)}true`, 'too large or nested'],
    ['brackets', `${'('.repeat(2000)}true${')'.repeat(2000)}`, 'too large or nested'],
    ['list brackets', '['.repeat(2000), 'too large or nested'],
    ['member accesses', `json("")${'.a'.repeat(1500)} == 1`, 'too large or nested'],
  ])('is bounded by the size of the expression: %s', (_what, source, message) => {
    expect(() => compile(source)).toThrow(message);
  });

  it('leaves room for long ordinary expressions', () => {
    const terms = Array.from({ length: 120 }, (_, index) => `get("Product") == "p${index}"`);
    expect(() => compile(terms.join(' || '))).not.toThrow();
  });
});
