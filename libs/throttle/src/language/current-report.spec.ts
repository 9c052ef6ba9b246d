import { describe, expect, it } from '@jest/globals';
import { CurrentReport } from './current-report.js';
import { RuleLanguage } from './rule-language.js';

const now = () => new Date(0);
const tooMuch = 'the report is too large for this rule';

describe('the budget of a report', () => {
  it('refuses more steps than are left, keeps the rest, and is reset for the next report', () => {
    const budget = new CurrentReport(new Map());
    const noAnnotations = new Map<string, string>();
    budget.spend(80_000_000);
    expect(() => budget.spend(30_000_000)).toThrow(tooMuch);
    budget.spend(19_000_000);
    expect(() => budget.spend(1_000_000)).toThrow(tooMuch);
    budget.end();
    budget.start(noAnnotations, () => new Date(0));
    expect(() => budget.spend(100_000_000)).not.toThrow();
  });

  it('counts each name that a field of the report is looked up by', () => {
    const budget = new CurrentReport(new Map());
    budget.start(new Map([['prod', 'App']]), now);
    expect(budget.field('product')).toBe('App');
    budget.spend(99_999_700);
    expect(() => budget.field('product')).toThrow(tooMuch);
  });
});

/** Members of a JSON object. */
function numbers(from: number): string {
  return Array.from({ length: 10_000 }, (_, index) => `"k${from + index}":1`).join(',');
}

describe('the cost of evaluating a report', () => {
  const many = Array.from({ length: 1000 }, (_, index) => `entry${index}`);
  const half = 'a'.repeat(100_000);
  const report = new Map([
    ['Huge', 'a'.repeat(2_000_000)],
    ['Same', Buffer.alloc(2_000_000, 'a').toString()],
    ['Turkish', 'İ'.repeat(2_000_000)],
    ['Long', 'a'.repeat(500_000)],
    ['Needle', `${half}b${half}`],
    ['Json', `{${numbers(0)}}`],
    ['Other', `{${numbers(10_000)}}`],
    ['Numbers', `[${'1,'.repeat(200_000)}1]`],
  ]);
  const run = (source: string, rules: number): unknown[] => {
    const language = new RuleLanguage({ many, others: many });
    const expression = language.compile(source, 'bool');
    return language.withReport(report, now, () =>
      Array.from({ length: rules }, () => attempt(expression)),
    );
  };

  it.each([
    'many.exists(m, m == get("Huge"))',
    'many.exists(m, lower(get("Long")) == m)',
    'many.exists(m, product() == m) || many.exists(m, version() + process() + channel() == m)',
    'many.exists(m, get("Huge").contains(m))',
    'many.exists(m, get("Long").matches("entry[0-9]+$"))',
    'many.all(m, json(get("Json")) != json(get("Other")))',
    'get("Huge").contains(get("Needle"))',
    'get("Huge").matches("(.|..|...){100}$")',
    'lower(get("Turkish")) == lower(get("Huge")) || lower(get("Turkish")) == ""',
    'many.exists(m, size(get("Huge")) == 1)',
    'many.exists(m, get("Huge").size() == 1)',
    'many.exists(m, get("Huge").startsWith(get("Same")) && m == "")',
    'many.exists(m, get("Huge").endsWith(get("Same")) && m == "")',
    'many.exists(m, get("Huge").trim() == m)',
    'many.exists(m, get("Huge") + m == "")',
    'many.exists(m, get("Huge") + m < get("Same"))',
    'many.exists(m, get("Huge") in [m, "x"])',
    'many.exists(m, (m == "" ? get("Huge") : get("Same")) == m)',
    'many.exists(m, double(get("Long")) == 1.0)',
    'many.exists(m, int(get("Huge")) == 1)',
    'many.exists(m, int(m) == 1)',
    'many.exists(m, int(m) == 1 || double(m) == 1.0)',
    'many.exists(m, json(get("Json")).?none.orValue(get("Huge")) == m)',
    'many.exists(m, m in json(get("Json")))',
    'many.exists(m, size(json(get("Json"))) == 1)',
    'many.exists(m, type(json(get("Json"))) == int)',
    'many.exists(m, m == "" || size(others + others + others + others) == 1)',
    'many.exists(m, [m, "x"] + others == others)',
    'many.exists(m, others.size() == 1 || "x" in others && "y" in others || "z" in others || m == "")',
    'json(get("Numbers")) == null',
  ])('is limited in a ruleset of 500 rules for %s', (source) => {
    expect(run(source, 500)).toContain(tooMuch);
  });

  it.each([
    'size(get("Huge")) == 2000000',
    'get("Huge").contains("b") || lower(get("Long")) == get("Long")',
    'get("Long").contains(get("Long"))',
    'get("Long").matches("^a+$")',
    'many.exists(m, m == get("Missing")) || json(get("Json")) != null',
    'many.all(m, m in others) && many.exists(m, json(get("Json")).?k5.hasValue())',
  ])('stays within the budget for %s on large reports', (source) => {
    expect(run(source, 1)).toEqual([true]);
  });

  it('counts the string that a sample hashes', () => {
    const language = new RuleLanguage({});
    const by = language.compile('get("Huge")', 'string');
    const hashes = () =>
      language.withReport(report, now, () => Array.from({ length: 20 }, () => by.run()));
    expect(hashes).toThrow(tooMuch);
  });

  it('is limited for all rules of a ruleset together and leaves a reserve for cheap ones', () => {
    const language = new RuleLanguage({});
    const expensive = language.compile('lower(get("Long")) == "x"', 'bool');
    const cheap = language.compile('get("Missing") == ""', 'bool');
    language.withReport(report, now, () => {
      const results = Array.from({ length: 10 }, () => attempt(expensive));
      expect(new Set(results)).toEqual(new Set([false, tooMuch]));
      expect(attempt(cheap)).toBe(true);
    });
  });
});

function attempt(expression: { run(): unknown }): unknown {
  try {
    return expression.run();
  } catch (error) {
    return error instanceof RangeError ? error.message : error;
  }
}
